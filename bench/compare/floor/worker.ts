import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'

/** The floor's worker: the settings of ours, activities that do nothing. */
const { TEMPORAL_ADDRESS, PORT } = process.env
Runtime.install({ logger: new DefaultLogger('ERROR') })
const nothing = (id: string): Promise<string> => Promise.resolve(id)
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address: TEMPORAL_ADDRESS ?? '' }),
  namespace: 'default',
  taskQueue: 'floor',
  workflowBundle: await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('workflow.js', import.meta.url)),
    logger: new DefaultLogger('ERROR'),
  }),
  activities: { settle: nothing, send: nothing },
})
createServer((_, response) => response.end('ok')).listen(Number(PORT), '127.0.0.1')
await worker.run()
