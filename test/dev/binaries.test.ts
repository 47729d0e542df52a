import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { resolveTemporalCli, resolveTemporalTestServer } from '../../dev/binaries.js'

describe('resolveTemporalCli', () => {
  let folder: string
  let lines: string[]
  const log = (line: string): unknown => lines.push(line)

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'binaries-'))
    lines = []
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const program = (name: string, version: string): string => {
    const path = join(folder, name)
    writeFileSync(path, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`)
    chmodSync(path, 0o755)
    return path
  }

  it('takes the program that TEMPORAL_CLI_PATH names', async () => {
    const path = program('mine', '1.9.0')
    expect(await resolveTemporalCli({ TEMPORAL_CLI_PATH: path, PATH: '' }, log)).toBe(path)
    expect(lines).toEqual([])
  })

  it('takes `temporal` on PATH', async () => {
    const path = program('temporal', '2.0.0')
    expect(await resolveTemporalCli({ PATH: `/nowhere:${folder}` }, log)).toBe(path)
  })

  it('goes on to the next source when one does not serve, with one line about it', async () => {
    const [old, onPath] = [program('mine', '1.8.2'), program('temporal', '1.10.0')]
    expect(await resolveTemporalCli({ TEMPORAL_CLI_PATH: old, PATH: folder }, log)).toBe(onPath)
    expect(lines).toEqual([
      `Temporal CLI: TEMPORAL_CLI_PATH=${old}: is temporal version 1.8.2 (Server 1.32.0, UI 2.54.1), and 1.9 or newer is needed`,
    ])
  })

  it('finds the test server by the same order', async () => {
    const path = program('temporal-test-server', 'none')
    expect(await resolveTemporalTestServer({ PATH: folder }, log)).toBe(path)
  })
})
