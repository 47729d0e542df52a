import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js'
import { resolveTemporalCli } from '../../../dev/binaries.js'
import { freePort } from '../../../dev/ports.js'
import { startTemporal } from '../../../dev/temporal-server.js'
import type { TemporalServer } from '../../../dev/temporal-server.js'
import { searchAttributeTypes } from '../../../workflows/contract.js'
import { startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { shapes } from './shapes.js'

/** Not a test: `npm run histories:record` runs it, and writes one file for each shape beside it. */
const namespace = 'default'

let folder: string
let server: TemporalServer
let product: Product
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-histories-'))
  server = await startTemporal({
    cliPath: await resolveTemporalCli(process.env, () => undefined),
    port: await freePort(),
    namespace,
    retentionHours: 168,
    searchAttributes: searchAttributeTypes,
    // Few enough events that a shape can begin anew, and more than any other shape has.
    dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '60' },
    logFile: join(folder, 'temporal.log'),
    spawned: () => undefined,
  })
  product = await startProduct(undefined, { address: server.address, namespace })
  for (const file of readdirSync(import.meta.dirname).filter((name) => name.endsWith('.json')))
    rmSync(join(import.meta.dirname, file))
})
afterAll(async () => {
  await product.stop()
  await server.stop()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => void product.inbox.setFault({ mode: 'ok' }))

describe('records', () => {
  it.each(Object.entries(shapes))(
    'the shape "%s"',
    async (shape, make) => {
      const runs = await make(product, shape.replaceAll(' ', '-'))
      const recorded = []
      for (const { workflowId, runId } of runs) {
        const history = await product.temporal.workflow.getHandle(workflowId, runId).fetchHistory()
        recorded.push({ workflowId, history: JSON.parse(historyToJSON(history)) as unknown })
      }
      const file = join(import.meta.dirname, `${shape.replaceAll(' ', '-')}.json`)
      writeFileSync(file, `${JSON.stringify({ namespace, runs: recorded }, null, 1)}\n`)
      expect(recorded.length).toBeGreaterThan(0)
    },
    60_000,
  )
})
