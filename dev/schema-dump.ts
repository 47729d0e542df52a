import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrate } from '../store/migrate.js'
import { describeSchema } from './describe-schema.js'
import { projectRoot } from './paths.js'
import { freePort } from './ports.js'
import { startPostgres } from './postgres.js'
import type { RunningProcess } from './process.js'

/** Writes `store/schema.sql` from all migrations, run on a Postgres that lives no longer than this. */
const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-schema-'))
chmodSync(folder, 0o711) // as root, Postgres runs as somebody else and must get in
const started: RunningProcess[] = []
try {
  const { url } = await startPostgres({
    dataDir: join(folder, 'postgres'),
    port: await freePort(),
    logFile: join(folder, 'postgres.log'),
    durable: false,
    spawned: (server) => void started.push(server),
  })
  await migrate(url)
  writeFileSync(join(projectRoot(), 'store', 'schema.sql'), await describeSchema(url))
} finally {
  await Promise.all(started.map((server) => server.stop()))
  rmSync(folder, { recursive: true, force: true })
}
