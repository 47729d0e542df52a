import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addOrganization } from '../../cli/add-organization.js'
import type { AddOrganizationOptions } from '../../cli/add-organization.js'
import { addProvider } from '../../cli/add-provider.js'
import { listAttempts, showAttempt } from '../../cli/attempts.js'
import { verifyAudit } from '../../cli/audit.js'
import type { CliDependencies } from '../../cli/dependencies.js'
import { doctor } from '../../cli/doctor.js'
import { replayAttempt } from '../../cli/replay.js'
import { createKeyring } from '../../clients/keyring.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { createPool } from '../../store/pool.js'
import { sealedColumns } from '../../store/sealed-values.js'
import { createDatabase } from '../../store/stores.js'
import { replayHistories } from '../../worker/replay.js'
import { sealAudit } from '../../worker/sealer.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { workflowBundle } from '../support/temporal.js'

let product: Product
let attemptId = ''
let printed: string[] = []
const cli = (): CliDependencies => {
  printed = []
  const { database, keyring, providerCheck, pipelines } = product.apiDependencies
  const print = (line: string): void => void printed.push(line)
  return {
    database,
    keyring,
    providerCheck,
    pipelines,
    publicOrigin: product.origin,
    development: true,
    print,
  }
}
beforeAll(async () => {
  product = await startProduct()
  const browser = product.browser()
  attemptId = attemptIdOf(await signInAtProvider(browser, 'at-the-terminal'))
  await browser.postJson(
    `/v1/attempts/${attemptId}/decision`,
    { decision: 'create' },
    { 'idempotency-key': 'k' },
  )
  await eventually(() => product.inbox.messages().find(({ to }) => to === 'at-the-terminal@people.example'))
})
afterAll(() => product.stop())

describe('the first organization', () => {
  const first = { slug: 'first', name: 'First Ltd', actor: 'sam', reason: 'contract signed' }
  const add = (owner: string, change: Partial<AddOrganizationOptions> = {}) =>
    addOrganization(cli(), { ...first, owner, ...change })
  const linkFor = (address: string): Promise<URL> =>
    eventually(() => {
      const text = product.inbox.messages().find(({ to }) => to === address)?.text
      const link = /http\S+\?invitation=\S+/.exec(text ?? '')?.[0]
      return link === undefined ? null : new URL(link)
    })
  const signUp = async (subject: string, link: URL) => {
    const page = await product.browser().get(link)
    const invitation = link.searchParams.get('invitation') ?? ''
    expect(page.text).toContain(`name="invitation" value="${invitation}"`)
    const browser = product.browser()
    let answer = await browser.submit('/sso/first/demo', { login_hint: subject, invitation })
    while (!answer.location().includes('/attempts/')) answer = await browser.get(answer.location())
    const decided = await browser.postJson(`/v1/attempts/${attemptIdOf(answer)}/decision`, {
      decision: 'create',
    })
    return { browser, outcome: decided.json()['outcome'] }
  }

  it('is created with the invitation of its owner, by whom and why; the link of a wrong address is void once another is invited', async () => {
    await add('wrong@people.example')
    await add('first-owner@people.example')
    expect(printed.join('\n')).toContain(`${product.origin}/sso/first`)
    const { issuer } = product
    await addProvider(cli(), {
      organization: 'first',
      name: 'demo',
      issuer,
      clientId: 'auth-pipeline',
      clientSecret: 'demo-client-secret',
      admission: 'invited',
      actor: 'sam',
    })
    const link = await linkFor('first-owner@people.example')
    const stranger = await signUp('first-stranger', new URL(link.href.replace(/=.*/, '=void')))
    expect(stranger.outcome).toMatchObject({ code: 'not_a_member' })

    const { browser, outcome } = await signUp('first-owner', link)
    expect(outcome).toMatchObject({ result: 'signed_in' })
    const { rows } = await product.testDatabase.pool.query(
      `select m.role, (select count(*)::int from invitations i where i.organization_id = o.id) as invitations,
         (select array_agg(a.actor_id || ': ' || (a.data->>'reason')) from audit_events a
          where a.organization_id = o.id and a.event = 'staff.acted' and a.data ? 'reason') as acts
       from organizations o join organization_members m on m.organization_id = o.id where o.slug = 'first'`,
    )
    expect(rows).toEqual([
      { role: 'owner', invitations: 1, acts: Array(2).fill('sam: contract signed') as unknown },
    ])
    expect((await browser.get('/v1/organizations/first/members')).status).toBe(401)
    await expect(add('second-owner@people.example')).rejects.toThrow('somebody owns it')
  })

  it.each<[string, Partial<AddOrganizationOptions>, RegExp]>([
    ['a short name that is none', { slug: 'First Ltd' }, /^The short name is part of an address/],
    ['no name', { name: ' ' }, /^The name must have/],
    ['an address that is none', { owner: 'olivia' }, /^--owner must be one e-mail address/],
    ['no reason', { reason: ' ' }, /^The audit needs/],
    ['an address in the reason', { reason: 'for a@b.example' }, /without an e-mail address/],
  ])('is not created with %s', async (_case, change, sentence) => {
    await expect(add('nobody@people.example', { slug: 'refused', ...change })).rejects.toThrow(sentence)
    expect(await product.database.organizations.find('refused')).toBeNull()
  })
})

it('every column that holds something sealed is known to the doctor', async () => {
  const { rows } = await product.testDatabase.pool.query<{ name: string }>(
    `select c.relname || '.' || a.attname as name from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and a.atttypid = 'bytea'::regtype
       and a.attname !~ '(hash|nonce|index)$' order by name`,
  )
  expect(rows.map(({ name }) => name)).toEqual(
    sealedColumns.map(([table, column]) => `${table}.${column}`).sort(),
  )
})

describe('at the terminal', () => {
  it('a sign-in is found by its address, and the address is not printed', async () => {
    await listAttempts(cli(), { email: 'at-the-terminal@people.example', limit: 20 })
    expect(printed).toHaveLength(1)
    expect(printed[0]).toContain(attemptId)
    expect(printed[0]).toContain('acme/demo  signed_in created')
    expect(printed[0]).not.toContain('people.example')
    await listAttempts(cli(), { email: 'nobody@people.example', limit: 20 })
    expect(printed).toEqual(['No sign-ins.'])
    await expect(listAttempts(cli(), { email: 'nobody', limit: 20 })).rejects.toThrow(
      'not one e-mail address',
    )
    await expect(listAttempts(cli(), { organization: 'nowhere', limit: 20 })).rejects.toThrow(
      'There is no organization nowhere.',
    )
  })

  it('its story is told, and an id that is none is refused', async () => {
    await showAttempt(cli(), attemptId)
    expect(printed.join('\n')).toMatch(
      /The sign-in began[\s\S]*The person decided: create[\s\S]*An account was made/,
    )
    expect(printed.join('\n')).not.toContain('people.example')
    await expect(showAttempt(cli(), 'nonsense')).rejects.toThrow('There is no sign-in nonsense')
  })

  it('its history is replayed on this build, with the event ids beside the story', async () => {
    const { keyring, pipelines } = product.apiDependencies
    const input = {
      namespace: pipelines.namespace,
      workflowBundle,
      dataConverter: createDataConverter(keyring, pipelines.namespace),
    }
    await replayAttempt(cli(), attemptId, (histories) => replayHistories(histories, input))
    expect(printed.join('\n')).toMatch(/WorkflowExecutionStarted · AuthPipelineWorkflow {2}\(event id: 1\)/)
    expect(printed.at(-1)).toBe('Replayed: this build does what the history says.')
    const broken = replayAttempt(cli(), attemptId, async function* () {
      yield { workflowId: 'x', error: new Error('another order') }
    })
    await expect(broken).rejects.toThrow('another order')
  })

  it('T62 the audit is followed, and its unsealed tail is named', async () => {
    await verifyAudit(cli())
    expect(printed[1]).toMatch(/^Not sealed yet: \d+, from [0-9a-f-]{36} on\.$/)
    // What becomes of the mails of the tests before is told meanwhile.
    await eventually(async () => {
      await sealAudit(product.database)
      await verifyAudit(cli())
      return printed[1] === 'All are sealed.' ? true : null
    })
    const [, sealed, ...rest] = printed
    expect([sealed, rest.at(-1)]).toEqual(['All are sealed.', 'Every chain holds.'])
    const heads = rest.slice(0, -1)
    expect(heads.length).toBeGreaterThan(1)
    for (const head of heads)
      expect(head).toMatch(/^head (organization\/[0-9a-f-]{36}|product) \d+ [0-9a-f]{64}$/)

    const folder = mkdtempSync(join(tmpdir(), 'heads-'))
    const file = join(folder, 'heads.txt')
    writeFileSync(file, printed.join('\n'))
    await verifyAudit(cli(), { expect: file })
    expect(printed).toContain(`Expected heads: ${heads.length}.`)
    expect(printed.at(-1)).toBe('Every chain holds, and has the expected heads.')
    writeFileSync(file, heads[0]?.replace(/[0-9a-f]{64}$/, '0'.repeat(64)) ?? '')
    await expect(verifyAudit(cli(), { expect: file })).rejects.toThrow('seal is not the expected one')
    writeFileSync(file, 'nothing of ours')
    await expect(verifyAudit(cli(), { expect: file })).rejects.toThrow('There are no heads in')
    await expect(verifyAudit(cli(), { expect: join(folder, 'none') })).rejects.toThrow('cannot be read')
    rmSync(folder, { recursive: true })
  })

  it('the doctor leaves out what takes too long to count, and says so', async () => {
    const level = await product.database.migrationLevel()
    const pool = createPool({
      databaseUrl: product.testDatabase.url,
      applicationName: 'test',
      maxConnections: 2,
      statementTimeout: 1_000,
      onIdleError: () => undefined,
    })
    const others = await product.testDatabase.pool.connect()
    try {
      // Whoever waits for a lock takes as long as whoever counts too much.
      await others.query('begin')
      await others.query('lock table attempts in access exclusive mode')
      const keyring = createKeyring([
        { id: 'test1', secret: Buffer.alloc(32, 7) },
        { id: 'new', secret: Buffer.alloc(32, 1) },
      ])
      await doctor({ ...cli(), keyring, database: createDatabase(pool) }, level)
    } finally {
      await others.query('rollback')
      others.release()
      await pool.end()
    }
    expect(printed).toEqual([
      'ok  Postgres         answers',
      `ok  Migrations       ${level}`,
      'ok  Temporal         answers',
      expect.stringMatching(/^ok {2}Key test1 {8}seals \d+ .*client secrets/) as unknown,
      'ok  Key new          seals nothing of what was counted',
      '?   Keys             not counted in time: claims of sign-ins, addresses of sign-ins, sign-ins at a provider; any key may seal some, so keep them all',
      '?   Relay            not looked at: Postgres did not answer in time',
      '?   Parked mails     not looked at: Postgres did not answer in time',
      expect.stringMatching(/^ok {2}Mail transport {3}\d+ under way$/) as unknown,
    ])
  })

  it('the doctor finds all well, and says what is not', async () => {
    const level = await product.database.migrationLevel()
    await doctor(cli(), level)
    expect(printed.every((line) => line.startsWith('ok'))).toBe(true)
    await expect(doctor(cli(), 'a-newer-one')).rejects.toThrow('Look at: Migrations.')
    await expect(
      doctor({ ...cli(), keyring: createKeyring([{ id: 'new', secret: Buffer.alloc(32, 1) }]) }, level),
    ).rejects.toThrow('Look at: Key test1.')
    const keys = printed.filter((line) => line.includes(' Key '))
    expect(keys).toEqual([
      'ok  Key new          seals nothing in Postgres',
      expect.stringMatching(
        /^!! {2}Key test1 {8}seals .*\d+ client secrets.*, and is missing: put it into APP_KEYS$/,
      ) as unknown,
    ])
    await product.database.mailTransport.pause(60, 'unauthorized')
    await expect(doctor(cli(), level)).rejects.toThrow('Look at: Mail transport.')
  })
})
