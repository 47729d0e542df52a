import { renameSync, writeFileSync } from 'node:fs'

/** Replaces a file in one step, readable by its owner only: whoever reads it sees the old text or the new one. */
export function writeAtomically(file: string, text: string): void {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, text, { mode: 0o600 })
  renameSync(draft, file)
}
