import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { migrate } from '../store/migrate.js'
import { searchAttributeTypes as searchAttributes } from '../workflows/contract.js'
import { readSigningKeys } from './demo/signing-keys.js'
import { resolveTemporalCli, resolveTemporalTestServer, type Log } from './binaries.js'
import { freePort } from './ports.js'
import { startPostgres } from './postgres.js'
import type { RunningProcess } from './process.js'
import { claimRun, type Run } from './run-file.js'
import { startTemporal } from './temporal-server.js'

/** Where tests find what all of them share. */
export interface TestServers {
  /** The migrated database that each test file clones; nobody connects to it. */
  readonly templateUrl: string
  /** host:port of a Temporal dev server with the namespace `default`. */
  readonly temporalAddress: string
  /** The program of the time-skipping test server. */
  readonly testServerPath: string
  /** Where the demo providers of all test files find their signing key: to make one takes longer than many a test. */
  readonly providerDataDir: string
}

export interface StartedTestServers {
  readonly servers: TestServers
  stop(): Promise<void>
}

const folderPrefix = 'auth-pipeline-test-'

/**
 * Starts one Postgres and one Temporal dev server in a folder of their own under the system's folder for temporary files,
 * on free ports. They end with this process when a signal ends it; what a killed test run left behind is stopped and
 * removed first.
 */
export async function startTestServers(log: Log): Promise<StartedTestServers> {
  await removeOldRuns()
  const folder = mkdtempSync(join(tmpdir(), folderPrefix))
  chmodSync(folder, 0o711) // as root, Postgres runs as somebody else and must get in
  const run = await claimRun(join(folder, 'run.json'))
  const started: RunningProcess[] = []
  const spawned = (name: string) => (server: RunningProcess) => {
    started.push(server)
    run.note(name, server)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => {
      for (const server of started) server.kill()
      process.kill(process.pid, signal)
    })
  }
  const stop = async (): Promise<void> => {
    await Promise.all(started.map((server) => server.stop()))
    rmSync(folder, { recursive: true, force: true })
  }

  const starting = [
    startTemplate(folder, spawned('postgres')),
    startTemporalForTests(folder, log, spawned('temporal')),
    resolveTemporalTestServer(process.env, log),
  ] as const
  // All of them, before one that failed is told: none may come up behind its back.
  await Promise.allSettled(starting)
  try {
    const [templateUrl, temporalAddress, testServerPath] = await Promise.all(starting)
    readSigningKeys(folder)
    return { servers: { templateUrl, temporalAddress, testServerPath, providerDataDir: folder }, stop }
  } catch (error) {
    // Told before the end: a client that a failed migration left open crashes when its server goes.
    log(String(error))
    await stop()
    throw error
  }
}

async function startTemplate(folder: string, spawned: (server: RunningProcess) => void): Promise<string> {
  const dataDir = join(folder, 'postgres')
  const logFile = join(folder, 'postgres.log')
  const { url } = await startPostgres({ dataDir, port: await freePort(), logFile, durable: false, spawned })
  await migrate(url)
  await installTestClock(url)
  return url
}

/** Lets a test move the one clock that all SQL reads. */
export async function installTestClock(url: string): Promise<void> {
  const client = new pg.Client(url)
  await client.connect()
  await client.query(`
    create table app.clock (offset_by interval not null);
    insert into app.clock values ('0');
    create or replace function app.now() returns timestamptz language sql stable parallel safe
      as $$ select now() + (select offset_by from app.clock) $$;
  `)
  await client.end()
}

async function startTemporalForTests(
  folder: string,
  log: Log,
  spawned: (server: RunningProcess) => void,
): Promise<string> {
  const { address } = await startTemporal({
    cliPath: await resolveTemporalCli(process.env, log),
    port: await freePort(),
    namespace: 'default',
    retentionHours: 168,
    searchAttributes,
    logFile: join(folder, 'temporal.log'),
    spawned,
  })
  return address
}

/** Folders of runs that nobody stopped; those of runs that go on, and of other people, are left alone. */
async function removeOldRuns(): Promise<void> {
  const names = readdirSync(tmpdir()).filter((name) => name.startsWith(folderPrefix))
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const runFile = join(folder, 'run.json')
    if (!existsSync(runFile)) continue // just being made by somebody else
    const old = await claimRun(runFile).catch((): Run | undefined => undefined)
    if (old !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}
