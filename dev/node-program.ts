import { join } from 'node:path'
import { createChildOutput } from './child-output.js'
import { startProcess, untilReady, type RunningProcess, type Spawned } from './process.js'

export interface NodeProgram {
  readonly name: string
  /** The compiled entry file, from the project's root. */
  readonly entry: string
  readonly env: NodeJS.ProcessEnv
  /** Addresses that answer 200 once it is ready. */
  readonly ready: readonly string[]
}

export interface NodeProgramHost {
  readonly root: string
  readonly logs: string
  readonly show: (line: string) => void
}

/** A function that starts a program of this project and waits until it answers; called again when it has died. */
export function nodeProgram(
  { name, entry, env, ready }: NodeProgram,
  { root, logs, show }: NodeProgramHost,
): (spawned: Spawned) => Promise<RunningProcess> {
  const logFile = join(logs, `${name}.log`)
  const output = createChildOutput(name, logFile, show)
  return async (spawned) => {
    const started = await startProcess({
      command: process.execPath,
      args: ['--enable-source-maps', join(root, entry)],
      cwd: root,
      env,
      output: (child) => output.attach(child),
      stopSignal: 'SIGTERM',
      graceMs: 30_000, // the worker lets a mail in flight end: spec: architecture, Shutdown
    })
    spawned(started)
    await untilReady(started, {
      name: `The ${name} process`,
      probe: async () => (await Promise.all(ready.map(answers))).every(Boolean),
      deadlineMs: 60_000,
      output: () => [output.plainText(), `    (all of it: ${logFile})`].filter(Boolean).join('\n'),
    })
    return { ...started, exited: started.exited.then((how) => `${how}\n${output.plainText()}`.trimEnd()) }
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}
