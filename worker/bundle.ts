import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'

/** Where the build leaves the bundle and the worker finds it. */
export const bundlePath = fileURLToPath(new URL('./workflow-bundle.js', import.meta.url))

const workflowsFolder = fileURLToPath(new URL('../workflows', import.meta.url))
const failureConverterPath = fileURLToPath(new URL('../clients/failure-converter.cjs', import.meta.url))

/** All workflows as one script. Built once, by the build and by the tests, never by a worker that starts. */
export const bundleWorkflows = async (workflowsPath = workflowsFolder): Promise<string> => {
  const { code } = await bundleWorkflowCode({
    workflowsPath,
    failureConverterPath,
    logger: { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error },
  })
  return code
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(bundlePath, await bundleWorkflows())
