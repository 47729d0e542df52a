import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import type { StackFile } from '../../dev/stack-file.js'

const project = fileURLToPath(new URL('../..', import.meta.url))
const readyMs = 90_000

export interface Started {
  readonly supervisor: ChildProcess
  /** All that it has printed. */
  readonly output: () => string
  /** Its stack file, once that says what is asked for; rejects after 90 s. */
  readonly stack: (says?: (stack: StackFile) => boolean) => Promise<StackFile>
  /** Ends it as Ctrl-C does. */
  readonly stop: () => Promise<void>
}

export interface OwnStack {
  /** The folder that holds its data. */
  readonly data: string
  start(...args: string[]): Started
  /** Stops what still runs and deletes everything. */
  remove(): Promise<void>
}

/** `npm start` after its build, on a copy of the built project, so that nobody's data is touched. */
export function createOwnStack(): OwnStack {
  const root = mkdtempSync(join(tmpdir(), 'own-stack-'))
  chmodSync(root, 0o711) // as root, Postgres runs as somebody else and must get in
  const data = join(root, '.data')
  for (const copied of ['package.json', 'dist'])
    cpSync(join(project, copied), join(root, copied), { recursive: true })
  for (const shared of ['node_modules', '.cache']) symlinkSync(join(project, shared), join(root, shared))
  const all: Started[] = []

  return {
    data,
    start: (...args) => {
      const { DATABASE_URL: _, TEMPORAL_ADDRESS: __, ...env } = process.env
      const supervisor = spawn(process.execPath, [join(root, 'dist', 'dev', 'main.js'), ...args], { env })
      let output = ''
      for (const stream of [supervisor.stdout, supervisor.stderr])
        stream.on('data', (text) => (output += String(text)))
      const started: Started = {
        supervisor,
        output: () => output,
        stack: (says = () => true) =>
          until(
            () => {
              const stack = readStack(join(data, 'stack.json'))
              const isItsOwn = stack !== undefined && stack.pids['supervisor'] === supervisor.pid
              return isItsOwn && says(stack) ? stack : undefined
            },
            readyMs,
            () => output,
          ),
        stop: async () => {
          if (supervisor.exitCode !== null || supervisor.signalCode !== null) return
          supervisor.kill('SIGTERM')
          await once(supervisor, 'exit')
        },
      }
      all.push(started)
      return started
    },
    remove: async () => {
      for (const started of all) await started.stop()
      rmSync(root, { recursive: true })
    },
  }
}

/** The rows of one statement in a stack's database. */
export async function query<Row extends pg.QueryResultRow>(
  { postgres }: StackFile,
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client(postgres)
  await client.connect()
  try {
    return (await client.query<Row>(statement, values)).rows
  } finally {
    await client.end()
  }
}

/** Looks until something is found; rejects after `ms` with what `why` says. */
export async function until<T>(
  find: () => T | undefined | Promise<T | undefined>,
  ms: number,
  why: () => string,
): Promise<T> {
  for (const deadline = Date.now() + ms; ;) {
    const found = await find()
    if (found !== undefined) return found
    if (Date.now() > deadline) throw new Error(`not within ${ms} ms: ${why()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

function readStack(file: string): StackFile | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as StackFile) : undefined
}
