import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { choosePorts, claimsFolder, freePort, type StackPorts } from '../../dev/ports.js'
import { startTime } from '../../dev/process-identity.js'

describe('choosePorts', () => {
  const names = [
    'api',
    'inbox',
    'provider',
    'worker',
    'support',
    'metrics',
    'breakIt',
    'postgres',
    'temporal',
    'temporalUi',
  ]
  let folder: string
  let file: string
  let remembered: StackPorts

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ports-'))
    file = join(folder, 'ports.json')
    const ports = await Promise.all(names.map(() => freePort()))
    remembered = Object.fromEntries(names.map((name, index) => [name, ports[index]])) as StackPorts
    writeFileSync(file, JSON.stringify(remembered))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  it('keeps the ports of the last time', async () => {
    expect(await choosePorts(file)).toEqual(remembered)
  })

  it('takes the next free one where a port is taken, leaves the others, and remembers that', async () => {
    const stranger = createServer().listen(remembered.api, '127.0.0.1')
    try {
      const chosen = await choosePorts(file)
      expect(chosen.api).toBeGreaterThan(remembered.api)
      expect(Object.values(remembered)).not.toContain(chosen.api)
      expect(chosen).toEqual({ ...remembered, api: chosen.api })
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(chosen)
    } finally {
      stranger.close()
    }
  })

  it('takes none that another stack has chosen and does not listen on yet, for as long as that lives', async () => {
    const { api, inbox } = remembered
    mkdirSync(claimsFolder(), { recursive: true })
    const claimed = (port: number, holder: string) => symlinkSync(holder, join(claimsFolder(), String(port)))
    claimed(api, `${process.ppid} ${String(startTime(process.ppid))}`)
    claimed(inbox, `${process.ppid} of a former process`)
    const chosen = await choosePorts(file)
    expect(chosen.api).toBeGreaterThan(api)
    expect(chosen.inbox).toBe(inbox)
    for (const port of [api, ...Object.values(chosen)]) rmSync(join(claimsFolder(), String(port)))
  })

  it('gives every part a port of its own when nothing is remembered', async () => {
    writeFileSync(file, 'not json')
    expect(new Set(Object.values(await choosePorts(file))).size).toBe(names.length)
  })
})

describe('freePort', () => {
  it('stays clear of the ports that outgoing connections get', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()))
    expect(Math.max(...ports)).toBeLessThan(32_768)
    expect(Math.min(...ports)).toBeGreaterThan(1_023)
  })
})
