import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readConfig } from '../../config.js'
import { startTime } from '../../dev/process-identity.js'
import { createOwnStack, query, type OwnStack } from './own-stack.js'

describe('npm start', () => {
  let own: OwnStack
  beforeAll(() => {
    own = createOwnStack()
  })
  afterAll(() => own.remove())

  it('comes up, says where, survives what dies, and leaves nothing behind', async () => {
    const [stackFile, environmentFile] = [join(own.data, 'stack.json'), join(own.data, 'stack.env')]
    const { supervisor, output, stack: stackWith } = own.start()
    const stack = await stackWith()
    expect(Object.keys(stack.pids)).toEqual(['supervisor', 'postgres', 'temporal', 'demo', 'api', 'worker'])
    expect(stack).toMatchObject({ organizations: ['acme', 'globex'] })
    expect([stackFile, environmentFile].map((file) => statSync(file).mode & 0o077)).toEqual([0, 0])
    const { api, provider, inbox, temporal_ui: ui, break_it: breakIt, metrics } = stack
    const answers = await Promise.all(
      [`${api}/readyz`, `${provider}/livez`, `${inbox}/livez`, ui ?? '', breakIt, `${metrics}/metrics`].map(
        (url) => fetch(url),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200])
    await query(stack, `insert into organizations (slug, name) values ('kept', 'Kept')`)
    expect(output()).not.toContain(new URL(stack.postgres).password)
    expect(output()).toMatch(/Ready after \S+ s\.\n\n {2}Start here +http:/)

    const environment = parseEnv(readFileSync(environmentFile, 'utf8')) as Record<string, string>
    expect(readConfig(environment)).toMatchObject({ publicOrigin: api, databaseUrl: stack.postgres })
    expect(environment).toMatchObject({ TEMPORAL_ADDRESS: stack.temporal, TEMPORAL_NAMESPACE: 'default' })
    expect(environment).not.toHaveProperty('PATH')

    const second = own.start('--fresh')
    expect(await once(second.supervisor, 'exit')).toEqual([1, null])
    expect(second.output()).toContain(`running already: process ${supervisor.pid}, ${api}`)

    process.kill(stack.pids['api'] ?? 0, 'SIGKILL')
    const mended = await stackWith(({ pids }) => pids['api'] !== stack.pids['api'])
    expect(output()).toContain('[api] ended and is started again in 1 s: signal SIGKILL')

    supervisor.kill('SIGKILL')
    await once(supervisor, 'exit')
    const next = own.start()
    const again = await next.stack()
    expect(next.output()).toContain('Stopped what an earlier start left behind: ')
    expect(Object.values(mended.pids).filter((pid) => startTime(pid) !== undefined)).toEqual([])
    expect({ ...again, pids: {} }).toEqual({ ...stack, pids: {} })
    expect(await query(again, `select name from organizations where slug = 'kept'`)).toEqual([
      { name: 'Kept' },
    ])

    await next.stop()
    expect(next.supervisor.exitCode).toBe(0)
    expect(Object.values(again.pids).filter((pid) => startTime(pid) !== undefined)).toEqual([])
    expect([stackFile, environmentFile].filter((file) => existsSync(file))).toEqual([])
  })

  it('starts over with --fresh', async () => {
    const fresh = own.start('--fresh')
    const stack = await fresh.stack()
    expect(await query(stack, `select slug from organizations order by slug`)).toEqual([
      { slug: 'acme' },
      { slug: 'globex' },
    ])
    await fresh.stop()
  })

  it('refuses an option that it does not know', async () => {
    const { supervisor, output } = own.start('--frehs')
    expect(await once(supervisor, 'exit')).toEqual([1, null])
    expect(output()).toContain(`Unknown option '--frehs'`)
  })
})
