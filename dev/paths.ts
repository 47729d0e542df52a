import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the embedded stack keeps what it must find again. */
export interface StackPaths {
  readonly root: string
  readonly data: string
  readonly cache: string
  readonly logs: string
  readonly keys: string
  readonly ports: string
  readonly run: string
  readonly stack: string
  readonly environment: string
  readonly postgres: string
  readonly temporal: string
}

/** The folder of package.json, seen from the source as from `dist/`. */
export function projectRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder)
  return folder
}

/** `.cache/` outlives `npm start -- --fresh`; all the rest lies in `.data/` and does not. */
export function stackPaths(root: string): StackPaths {
  const data = join(root, '.data')
  return {
    root,
    data,
    cache: join(root, '.cache'),
    logs: join(data, 'logs'),
    keys: join(data, 'keys'),
    ports: join(data, 'ports.json'),
    run: join(data, 'run.json'),
    stack: join(data, 'stack.json'),
    environment: join(data, 'stack.env'),
    postgres: join(data, 'postgres'),
    temporal: join(data, 'temporal.db'),
  }
}
