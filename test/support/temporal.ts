import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Connection } from '@temporalio/client'
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import type { Logger } from '@temporalio/worker'
import { createDataConverter } from '../../clients/payload-codec.js'
import { createNamespace, register } from '../../dev/temporal-namespace.js'
import { searchAttributeTypes as searchAttributes } from '../../workflows/contract.js'
import { testKeyring } from './keys.js'
import { testServers } from './servers.js'

/** Where the SDK's lines go; a test that reads them puts a logger of its own here. */
export const sdkLog: { to: Logger } = { to: new DefaultLogger('ERROR') }

// Once for each test file, before anything native is made: jest gives every file modules of its own.
Runtime.install({
  logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
    sdkLog.to.log(level, message, meta)
  }),
  shutdownSignals: [],
  telemetryOptions: { logging: { filter: { core: 'ERROR', other: 'ERROR' } } },
})

export interface TestNamespace {
  /** host:port of the real server, which all test files share. */
  readonly address: string
  readonly namespace: string
}

/** A namespace of its own on the real server, so that test files share neither task queues nor workflow ids. */
export async function createTestNamespace(): Promise<TestNamespace> {
  const address = testServers().temporalAddress
  const namespace = `test-${randomUUID()}`
  const connection = await Connection.connect({ address, connectTimeout: '60s' })
  await createNamespace(connection, { namespace, retentionHours: 168, searchAttributes })
  await connection.close()
  return { address, namespace }
}

/** The workflow bundle of the build, as `Worker.create` takes it. */
export const workflowBundle = {
  codePath: fileURLToPath(new URL('../../dist/worker/workflow-bundle.js', import.meta.url)),
}

/**
 * A time-skipping server of its own, with the project's search attributes: one that it does not know would hang it.
 * Time is global in it, so one test at a time. Call its `teardown()` at the end.
 */
export async function createTimeSkipping(): Promise<TestWorkflowEnvironment> {
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: testServers().testServerPath } },
    client: { dataConverter: createDataConverter(testKeyring, 'default') },
  })
  await register(environment.connection, environment.namespace ?? 'default', searchAttributes)
  return environment
}
