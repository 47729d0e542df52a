import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Client, Connection } from '@temporalio/client'
import { defineSearchAttributeKey } from '@temporalio/common'
import { resolveTemporalCli } from '../../dev/binaries.js'
import { freePort } from '../../dev/ports.js'
import { projectRoot } from '../../dev/paths.js'
import type { SearchAttributeTypes } from '../../dev/temporal-namespace.js'
import { startTemporal, type TemporalOptions } from '../../dev/temporal-server.js'
import { searchAttributeTypes } from '../../workflows/contract.js'

describe('startTemporal', () => {
  let folder: string
  let options: Omit<TemporalOptions, 'port' | 'searchAttributes'>

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'temporal-'))
    options = {
      cliPath: await resolveTemporalCli(process.env, () => undefined),
      dbFile: join(folder, 'temporal.db'),
      namespace: 'default',
      retentionHours: 168,
      logFile: join(folder, 'temporal.log'),
      spawned: () => undefined,
    }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const withServer = async (
    searchAttributes: SearchAttributeTypes,
    use: (client: Client, address: string) => Promise<void>,
  ): Promise<void> => {
    const server = await startTemporal({ ...options, port: await freePort(), searchAttributes })
    const connection = await Connection.connect({ address: server.address })
    try {
      await use(new Client({ connection }), server.address)
    } finally {
      await connection.close()
      await server.stop()
    }
  }

  it('keeps closed runs for a week, and its runs over a restart, which may add search attributes', async () => {
    const run = { taskQueue: 'nobody', workflowId: 'one' }
    const first = defineSearchAttributeKey('First', 'KEYWORD')
    const second = defineSearchAttributeKey('Second', 'DATETIME')
    await withServer({ First: 'KEYWORD' }, async (client) => {
      const { config } = await client.workflowService.describeNamespace({ namespace: 'default' })
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(168 * 3600)
      await client.workflow.start('any', { ...run, typedSearchAttributes: [{ key: first, value: 'a' }] })
    })
    await withServer({ First: 'KEYWORD', Second: 'DATETIME' }, async (client) => {
      const { status } = await client.workflow.getHandle('one').describe()
      expect(status.name).toBe('RUNNING')
      const typedSearchAttributes = [{ key: second, value: new Date() }]
      await client.workflow.start('any', { ...run, workflowId: 'two', typedSearchAttributes })
    })
  })

  it('takes the namespace that deploy/temporal/namespace.sh makes, the first time and again', async () => {
    await withServer({}, async (client, address) => {
      symlinkSync(options.cliPath, join(folder, 'temporal'))
      const make = () =>
        promisify(execFile)('/bin/sh', [join(projectRoot(), 'deploy/temporal/namespace.sh')], {
          env: {
            PATH: [folder, process.env['PATH']].join(delimiter),
            HOME: folder,
            TEMPORAL_ADDRESS: address,
            TEMPORAL_NAMESPACE: 'auth-pipeline',
          },
        })
      await make()
      await make()
      const { config } = await client.workflowService.describeNamespace({ namespace: 'auth-pipeline' })
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(168 * 3600)
      const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
        namespace: 'auth-pipeline',
      })
      expect(Object.keys(customAttributes)).toEqual(expect.arrayContaining(Object.keys(searchAttributeTypes)))
    })
  })

  it('tells its last words when it cannot start', async () => {
    const impossible = { ...options, dbFile: join(folder, 'none', 'temporal.db'), port: await freePort() }
    await expect(startTemporal({ ...impossible, searchAttributes: {} })).rejects.toThrow(
      /^The Temporal server ended with exit code 1 before it answered\.\n[^]*none[^]*\(all of it: .*temporal\.log\)$/,
    )
  })
})
