import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startTime } from '../../dev/process-identity.js'
import { startProcess, type ProcessMark, type RunningProcess } from '../../dev/process.js'
import { claimRun } from '../../dev/run-file.js'

describe('claimRun', () => {
  let folder: string
  let file: string
  let sleeper: RunningProcess

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'run-file-'))
    file = join(folder, 'run.json')
    sleeper = await startProcess({
      command: 'sleep',
      args: ['60'],
      cwd: folder,
      env: process.env,
      output: join(folder, 'sleeper.log'),
      stopSignal: 'SIGTERM',
      graceMs: 1000,
    })
  })
  afterEach(async () => {
    await sleeper.stop()
    rmSync(folder, { recursive: true })
  })

  const marked = (name: string, started = startTime(sleeper.pid) ?? ''): ProcessMark => {
    return { name, pid: sleeper.pid, started, stopSignal: 'SIGTERM' }
  }
  const dead: ProcessMark = { name: 'supervisor', pid: 1, started: 'another life', stopSignal: 'SIGTERM' }
  const write = (supervisor: ProcessMark, processes: ProcessMark[]): void => {
    writeFileSync(file, JSON.stringify({ supervisor, processes }))
  }

  it('refuses while another supervisor is alive, and names it', async () => {
    write(marked('supervisor'), [])
    await expect(claimRun(file)).rejects.toMatchObject({ name: 'RunTakenError', pid: sleeper.pid })
  })

  it('stops what a killed supervisor left behind', async () => {
    write(dead, [marked('postgres')])
    const run = await claimRun(file)
    expect(run.leftovers).toEqual(['postgres'])
    expect(await sleeper.exited).toBe('signal SIGTERM')
  })

  it('leaves a process alone that was given the pid of an old one', async () => {
    write(dead, [marked('postgres', 'another time')])
    const run = await claimRun(file)
    expect(run.leftovers).toEqual([])
    expect(startTime(sleeper.pid)).toBeDefined()
  })

  it('writes down the processes of this run, so that the next supervisor finds them', async () => {
    const run = await claimRun(file)
    run.note('api', sleeper)
    expect(run.pids()).toEqual({ supervisor: process.pid, api: sleeper.pid })
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ processes: [marked('api')] })
  })
})
