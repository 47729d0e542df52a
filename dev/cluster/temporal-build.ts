import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, stackPaths } from '../paths.js'

export interface TemporalPrograms {
  readonly server: string
  readonly sql: string
}

/**
 * The real Temporal server and its schema tool, built from their Go module as `dev/cluster/temporal/go.mod` pins it; kept in
 * `.cache/`. The first build takes some ten minutes on two cores and needs Go.
 * @throws Error with the way to mend it
 */
export const buildTemporal = async (show: (line: string) => void): Promise<TemporalPrograms> => {
  const root = projectRoot()
  const source = join(root, 'dev/cluster/temporal')
  const folder = join(stackPaths(root).cache, 'temporal-cluster')
  const programs = { server: join(folder, 'server'), sql: join(folder, 'sql') }
  const stamp = join(folder, 'go.mod')
  const wanted = readFileSync(join(source, 'go.mod'), 'utf8')
  const built = Object.values(programs).every((file) => existsSync(file))
  if (built && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return programs

  mkdirSync(folder, { recursive: true })
  show('Building the Temporal server from its Go module; the first time this takes some ten minutes')
  const packages = ['go.temporal.io/server/cmd/server', 'go.temporal.io/server/cmd/tools/sql']
  const go = spawn(
    'go',
    ['build', '-trimpath', '-tags', 'disable_grpc_modules', '-o', `${folder}/`, ...packages],
    {
      cwd: source,
      env: { ...process.env, CGO_ENABLED: '0' },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  const [code] = (await once(go, 'exit').catch((cause: unknown) => {
    throw new Error('Go is needed to build the Temporal server: install Go 1.26.8 or newer.', { cause })
  })) as [number | null]
  if (code !== 0) throw new Error(`go build ended with exit code ${code}; its words stand above.`)
  writeFileSync(stamp, wanted)
  return programs
}
