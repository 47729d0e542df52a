import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * The text of a file that is made once and kept: a key must survive a restart. Readable by its owner only.
 * Two processes that start at once agree on the first one's text.
 */
export function keptFile(path: string, make: () => string): string {
  mkdirSync(dirname(path), { recursive: true })
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  try {
    writeFileSync(path, make(), { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  return readFileSync(path, 'utf8')
}
