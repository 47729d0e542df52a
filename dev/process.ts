import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startTime } from './process-identity.js'

/** A process of the stack. */
export interface RunningProcess {
  readonly pid: number
  readonly stopSignal: NodeJS.Signals
  /** How it ended, in words such as "exit code 1". Never rejects. */
  readonly exited: Promise<string>
  /** Asks it to end, and kills it when it has not done so within its grace. */
  stop(): Promise<void>
  /** Ends it at once, by SIGKILL unless another signal is named. */
  kill(signal?: NodeJS.Signals): void
}

/** Told of a process as soon as it exists, long before it answers, so that it can be stopped whatever happens. */
export type Spawned = (started: RunningProcess) => void

export interface ProcessOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** The user it runs as; the own one where absent. */
  readonly user?: { readonly uid: number; readonly gid: number } | undefined
  /** The file that takes its output, or, for programs of ours, a receiver of its streams. */
  readonly output: string | ((child: ChildProcess) => void)
  readonly stopSignal: NodeJS.Signals
  readonly graceMs: number
}

/**
 * Starts a process in a group of its own, so that Ctrl-C reaches the supervisor alone and the order of the end is ours.
 * Rejects with the system's error when the command cannot be run.
 */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const log = typeof options.output === 'string' ? openSync(options.output, 'a') : undefined
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    ...options.user,
    detached: true,
    // The channel of a program of ours closes when the supervisor is killed, and so tells it to end.
    stdio: log === undefined ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', log, log],
  })
  const exited = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${String(code)}` : `signal ${signal}`),
    )
  })
  if (log !== undefined) closeSync(log)
  if (typeof options.output !== 'string') options.output(child)
  await once(child, 'spawn')
  return {
    pid: child.pid as number,
    stopSignal: options.stopSignal,
    exited,
    stop: async () => {
      child.kill(options.stopSignal)
      const late = setTimeout(() => child.kill('SIGKILL'), options.graceMs)
      await exited
      clearTimeout(late)
    },
    kill: (signal = 'SIGKILL') => void child.kill(signal),
  }
}

export interface Readiness {
  /** True once the process answers; an error means that it never will. Asked again every 50 ms. */
  readonly probe: () => Promise<boolean>
  readonly deadlineMs: number
  /** For the error: what it is called, and what it wrote. */
  readonly name: string
  readonly output: () => string
}

/** Waits until a process answers. One that ends first, or stays silent, is stopped, and the error tells its last lines. */
export async function untilReady(started: RunningProcess, readiness: Readiness): Promise<void> {
  const deadline = Date.now() + readiness.deadlineMs
  let ended: string | undefined
  void started.exited.then((how) => (ended = `ended with ${how} before it answered`))
  try {
    while (!(await readiness.probe())) {
      if (ended !== undefined) throw new Error(ended)
      if (Date.now() > deadline) throw new Error(`did not answer within ${readiness.deadlineMs / 1000} s`)
      await sleep(50)
    }
  } catch (error) {
    await started.stop()
    const reason = ended ?? (error as Error).message
    throw new Error(`${readiness.name} ${reason}.\n${readiness.output()}`, { cause: error })
  }
}

/** The last lines of a log, indented, for an error that people read. */
export function lastLines(file: string, count = 12): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count)
  return [...lines, `(all of it: ${file})`].map((line) => `    ${line}`).join('\n')
}

/** A process as a file remembers it. */
export interface ProcessMark {
  readonly name: string
  readonly pid: number
  readonly started: string
  readonly stopSignal: NodeJS.Signals
}

export function isAlive(mark: ProcessMark): boolean {
  return startTime(mark.pid) === mark.started
}

/** Stops a process that somebody else started; killed after 5 s. One that is gone, or whose pid is now another's, is left alone. */
export async function stopMarked(mark: ProcessMark): Promise<void> {
  const deadline = Date.now() + 5000
  if (isAlive(mark)) process.kill(mark.pid, mark.stopSignal)
  while (isAlive(mark)) {
    if (Date.now() > deadline) process.kill(mark.pid, 'SIGKILL')
    await sleep(50)
  }
}
