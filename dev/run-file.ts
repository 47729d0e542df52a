import { readFileSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTime } from './process-identity.js'
import { isAlive, stopMarked, type ProcessMark, type RunningProcess } from './process.js'
import { writeAtomically } from './write-atomically.js'

/** What one supervisor wrote down about itself and its processes, so that the next one can tidy up after it. */
interface RunRecord {
  readonly supervisor: ProcessMark
  readonly processes: readonly ProcessMark[]
}

export interface Run {
  /** Names of the processes that an earlier supervisor left behind and that were stopped. */
  readonly leftovers: readonly string[]
  /** Notes a process; a later one of the same name takes its place. */
  note(name: string, started: RunningProcess): void
  /** The processes of this run, by name. */
  pids(): Record<string, number>
  /** Forgets the run, once nothing of it runs any more. */
  close(): void
}

/** Another supervisor is alive and holds the run file. */
export class RunTakenError extends Error {
  override readonly name = 'RunTakenError'
  constructor(readonly pid: number) {
    super(`process ${pid} is running`)
  }
}

/**
 * Takes the run file and stops what a killed supervisor left behind.
 * @throws RunTakenError when the supervisor named in it is alive.
 */
export async function claimRun(file: string): Promise<Run> {
  const before = readRun(file)
  if (before !== undefined && isOther(before)) throw new RunTakenError(before.supervisor.pid)
  const supervisor = markOf('supervisor', { pid: process.pid, stopSignal: 'SIGTERM' })
  let processes = before?.processes ?? []
  const write = (): void => writeAtomically(file, JSON.stringify({ supervisor, processes }, null, 2))

  write()
  // Two that start in the same moment both write; the one that finds itself overwritten yields.
  await sleep(50)
  const now = readRun(file)
  if (now !== undefined && isOther(now)) throw new RunTakenError(now.supervisor.pid)

  const leftovers = processes.filter(isAlive)
  for (const mark of leftovers.toReversed()) await stopMarked(mark)
  processes = []
  write()

  return {
    leftovers: leftovers.map((mark) => mark.name),
    note: (name, started) => {
      processes = [...processes.filter((mark) => mark.name !== name), markOf(name, started)]
      write()
    },
    pids: () => Object.fromEntries([supervisor, ...processes].map((mark) => [mark.name, mark.pid])),
    close: () => rmSync(file, { force: true }),
  }
}

function isOther(run: RunRecord): boolean {
  return run.supervisor.pid !== process.pid && isAlive(run.supervisor)
}

function markOf(name: string, { pid, stopSignal }: Pick<RunningProcess, 'pid' | 'stopSignal'>): ProcessMark {
  // A process that has ended already gets a time that no process has.
  return { name, pid, started: startTime(pid) ?? 'ended', stopSignal }
}

function readRun(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord
  } catch {
    return undefined
  }
}
