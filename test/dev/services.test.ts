import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startProcess, type RunningProcess } from '../../dev/process.js'
import { createServices, type Services, type Start } from '../../dev/services.js'

describe('createServices', () => {
  let lines: string[]
  let pids: Map<string, number>
  let services: Services

  beforeEach(() => {
    lines = []
    pids = new Map()
    services = createServices({
      show: (line) => lines.push(line),
      spawned: (name, { pid }) => pids.set(name, pid),
    })
  })
  afterEach(() => services.stop())

  const sleeper: Start<RunningProcess> = async (spawned) => {
    const started = await startProcess({
      command: 'sleep',
      args: ['60'],
      cwd: '/',
      env: process.env,
      output: '/dev/null',
      stopSignal: 'SIGTERM',
      graceMs: 1000,
    })
    spawned(started)
    return started
  }
  const until = async (isTrue: () => boolean): Promise<void> => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  it('starts a process again that has died, after a second, and says so', async () => {
    const { pid } = await services.keep('api', sleeper)
    const since = performance.now()
    process.kill(pid, 'SIGKILL')
    await until(() => lines.includes('[api] is back'))
    expect(performance.now() - since).toBeGreaterThan(950)
    expect(lines).toEqual(['[api] ended and is started again in 1 s: signal SIGKILL', '[api] is back'])
    expect(pids.get('api')).not.toBe(pid)
  })

  it('waits longer after each start that fails', async () => {
    let starts = 0
    const once: Start<RunningProcess> = (spawned) => {
      starts += 1
      return starts === 2 ? Promise.reject(new Error('no luck')) : sleeper(spawned)
    }
    const { pid } = await services.keep('api', once)
    const since = performance.now()
    process.kill(pid, 'SIGKILL')
    await until(() => lines.includes('[api] is back'))
    expect(performance.now() - since).toBeGreaterThan(2900)
    expect(lines).toContain('[api] no luck')
  })

  it('rejects when the first start fails', async () => {
    await expect(services.keep('api', () => Promise.reject(new Error('no luck')))).rejects.toThrow('no luck')
  })

  it('keeps a struck process away for as long as is said, or until it is called back', async () => {
    const { exited } = await services.keep('postgres', sleeper)
    expect(services.condition('postgres')).toEqual({ state: 'up' })
    services.strike('postgres', 'SIGQUIT', 60_000)
    expect(await exited).toBe('signal SIGQUIT')
    await until(() => services.condition('postgres')?.state === 'away')
    const { backAt } = services.condition('postgres') as { backAt: number }
    expect(backAt - Date.now()).toBeGreaterThan(55_000)

    services.strike('postgres', 'SIGQUIT', 1) // what is away cannot be struck
    services.hurry()
    await until(() => services.condition('postgres')?.state === 'up')
    expect(lines).toEqual([
      '[postgres] ended and is started again in 60 s: signal SIGQUIT',
      '[postgres] is back',
    ])
    expect(services.condition('nothing')).toBeUndefined()
  })

  it('stops the youngest first, and starts nothing after that', async () => {
    const processes = [await services.keep('postgres', sleeper), await services.keep('api', sleeper)]
    await services.stop()
    await Promise.all(processes.map(({ exited }) => exited))
    expect(lines.map((line) => line.split(' ')[0])).toEqual(['api', 'postgres'])
    await expect(services.keep('worker', sleeper)).rejects.toThrow()
  })
})
