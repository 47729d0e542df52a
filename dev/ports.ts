import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startTime } from './process-identity.js'
import { writeAtomically } from './write-atomically.js'

/** The ports a newcomer expects. */
const preferredPorts = {
  api: 3000,
  inbox: 3001,
  provider: 3002,
  worker: 3003,
  support: 3004,
  metrics: 3005,
  breakIt: 3006,
  postgres: 54329,
  temporal: 7233,
  temporalUi: 8233,
}

export type StackPorts = Readonly<typeof preferredPorts>

/**
 * The port of each part: the one it had last time (issuer and links contain it), else the preferred one,
 * else the next that is free. What was chosen is remembered in `file`, and no other stack chooses it while this process lives.
 */
export async function choosePorts(file: string): Promise<StackPorts> {
  const remembered = readPorts(file)
  const taken = new Set(Object.values({ ...preferredPorts, ...remembered }))
  const chosen = { ...preferredPorts }
  for (const name of Object.keys(chosen) as (keyof StackPorts)[]) {
    const preferred = remembered[name] ?? preferredPorts[name]
    chosen[name] = (await isToBeHad(preferred)) ? preferred : await nextFree(preferred, taken)
    taken.add(chosen[name])
  }
  writeAtomically(file, JSON.stringify(chosen, null, 2))
  return chosen
}

/**
 * A port that nobody listens on now, for a process that starts later, and again after it died: below those that systems give to
 * outgoing connections (from 32768 on Linux, 49152 elsewhere), any of which could hold it by then.
 */
export async function freePort(): Promise<number> {
  const port = randomInt(10_000, 32_768)
  return (await isFree(port)) ? port : freePort()
}

/** Where stacks say which ports they have chosen: nobody listens on them before the stack is up. */
export const claimsFolder = (): string =>
  join(tmpdir(), `auth-pipeline-ports-${String(process.getuid?.() ?? '')}`)

const isToBeHad = async (port: number): Promise<boolean> => (await isFree(port)) && claim(port)

/** A link that leads to its holder: made with what it says in one step, and told from one whose holder has died. */
function claim(port: number): boolean {
  const file = join(claimsFolder(), String(port))
  const own = `${process.pid} ${String(startTime(process.pid))}`
  mkdirSync(claimsFolder(), { recursive: true })
  for (;;) {
    try {
      symlinkSync(own, file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readClaim(file)
    if (holder === own) return true
    const [pid = '', ...started] = holder.split(' ')
    if (startTime(Number(pid)) === started.join(' ')) return false
    rmSync(file, { force: true })
  }
}

function readClaim(file: string): string {
  try {
    return readlinkSync(file)
  } catch {
    return 'given back'
  }
}

/** Listens for a moment. */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}

async function nextFree(from: number, taken: ReadonlySet<number>): Promise<number> {
  for (let port = from + 1; port < 65_536; port += 1) {
    if (!taken.has(port) && (await isToBeHad(port))) return port
  }
  return freePort()
}

function readPorts(file: string): Partial<StackPorts> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<StackPorts>
  } catch {
    return {}
  }
}
