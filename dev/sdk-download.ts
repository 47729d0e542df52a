import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/**
 * The Temporal SDK downloads its servers itself but offers no way to ask for the file alone: the server is started once
 * from a folder of ours, stopped, and the program moved to `target`.
 */
export async function downloadWithSdk(
  server: 'dev-server' | 'time-skipping',
  version: string,
  target: string,
): Promise<void> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing')
  const downloadDir = mkdtempSync(`${target}.`)
  try {
    const executable = { type: 'cached-download', version: `v${version}`, downloadDir } as const
    const environment =
      server === 'dev-server'
        ? await TestWorkflowEnvironment.createLocal({ server: { executable } })
        : await TestWorkflowEnvironment.createTimeSkipping({ server: { executable } })
    await environment.teardown()
    const program = join(downloadDir, readdirSync(downloadDir)[0] as string)
    chmodSync(program, 0o755)
    renameSync(program, target)
  } finally {
    rmSync(downloadDir, { recursive: true, force: true })
  }
}
