import { Connection } from '@temporalio/client'
import { connect } from 'node:net'
import { prepareNamespace, type NamespaceSettings } from './temporal-namespace.js'
import { lastLines, startProcess, untilReady, type RunningProcess, type Spawned } from './process.js'

export interface TemporalOptions extends NamespaceSettings {
  /** A Temporal CLI, 1.9 or newer. */
  readonly cliPath: string
  /** The database file; in memory where absent. */
  readonly dbFile?: string
  readonly port: number
  /** The Web UI's port; no Web UI where absent. */
  readonly uiPort?: number
  /** Where the Web UI has payloads decoded. */
  readonly codecEndpoint?: string
  /** Settings of the server beyond ours, by their names there. */
  readonly dynamicConfig?: Readonly<Record<string, string>>
  readonly logFile: string
  readonly spawned: Spawned
}

export interface TemporalServer extends RunningProcess {
  /** host:port */
  readonly address: string
}

/**
 * Starts Temporal's dev server on 127.0.0.1; namespace, retention and search attributes stand when this resolves.
 * @throws Error with the server's last lines when it does not come up.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  const { cliPath, logFile, port } = options
  const started = await startProcess({
    command: cliPath,
    args: ['server', 'start-dev', ...flags(options)],
    cwd: '/',
    env: process.env,
    output: logFile,
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
  })
  options.spawned(started)
  await untilReady(started, {
    name: 'The Temporal server',
    probe: () => isPrepared(port, options),
    deadlineMs: 60_000,
    output: () => lastLines(logFile),
  })
  return { ...started, address: `127.0.0.1:${port}` }
}

function flags(options: TemporalOptions): string[] {
  const { codecEndpoint, dbFile, port, uiPort, namespace, dynamicConfig = {} } = options
  const settings = { 'matching.enableFairness': 'true', ...dynamicConfig }
  return [
    ...['--ip', '127.0.0.1', '--port', String(port), '--namespace', namespace, '--log-level', 'error'],
    ...Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
    ...(uiPort === undefined ? ['--headless'] : ['--ui-port', String(uiPort), '--ui-disable-news-fetch']),
    ...(codecEndpoint === undefined ? [] : ['--ui-codec-endpoint', codecEndpoint]),
    ...(dbFile === undefined ? [] : ['--db-filename', dbFile, ...pragmas]),
  ]
}

/** Readers beside the one writer, and no wait for the disk at each commit; a crash of the process loses nothing. */
const pragmas = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL']

/** A gRPC channel waits a second after a refused connection, so the port is asked first. */
async function isPrepared(port: number, settings: NamespaceSettings): Promise<boolean> {
  if (!(await isListening(port))) return false
  const connection = await Connection.connect({ address: `127.0.0.1:${port}`, connectTimeout: 5000 })
  try {
    await prepareNamespace(connection, settings)
    return true
  } finally {
    await connection.close()
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}
