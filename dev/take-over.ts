import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { StackPaths } from './paths.js'
import { claimRun, RunTakenError, type Run } from './run-file.js'
import type { StackFile } from './stack-file.js'

/**
 * Makes this process the one supervisor of the data folder: stops what a killed one left behind, and with `fresh`
 * deletes all data.
 * @throws Error with a sentence for people when another supervisor is running.
 */
export async function takeOver(
  paths: StackPaths,
  fresh: boolean,
  show: (line: string) => void,
): Promise<Run> {
  mkdirSync(paths.data, { recursive: true })
  const run = await claimRun(paths.run).catch((error: unknown) => {
    throw error instanceof RunTakenError ? new Error(runningAlready(error.pid, paths)) : error
  })
  if (run.leftovers.length > 0) show(`Stopped what an earlier start left behind: ${run.leftovers.join(', ')}`)
  if (fresh) deleteData(paths)
  for (const told of [paths.stack, paths.environment]) rmSync(told, { force: true })
  rmSync(paths.logs, { recursive: true, force: true })
  mkdirSync(paths.logs)
  return run
}

function runningAlready(pid: number, paths: StackPaths): string {
  const address = readAddress(paths.stack) ?? 'still on its way up'
  return `This project is running already: process ${pid}, ${address}\nStop it first, with Ctrl-C there or with \`kill ${pid}\`.`
}

function readAddress(file: string): string | undefined {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as StackFile).api
  } catch {
    return undefined
  }
}

/** All but the run file, which keeps others out meanwhile. */
function deleteData({ data, run }: StackPaths): void {
  for (const entry of readdirSync(data)) {
    if (entry !== basename(run)) rmSync(join(data, entry), { recursive: true })
  }
}
