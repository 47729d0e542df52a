import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import { searchAttributes } from '../../workflows/contract.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { untilRunWaits } from '../support/until.js'

let product: Product
let liar: ConnectedProvider
beforeAll(async () => {
  product = await startProduct()
  liar = await connectLyingProvider(product)
})
afterAll(async () => {
  await closeLyingProviders()
  await product.stop()
})

describe('the first sign-in of an unknown person', () => {
  it('P35, S27 creates user, identity, membership and mail once, and signs in', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'newcomer'))
    const decided = await browser.postJson(
      `/v1/attempts/${attemptId}/decision`,
      { decision: 'create' },
      { 'idempotency-key': 'k1' },
    )
    expect([decided.status, decided.json()]).toMatchObject([
      200,
      { outcome: { result: 'signed_in', how: 'created', return_to: '/account' } },
    ])
    expect((await browser.postJson(`/v1/attempts/${attemptId}/session`, {})).status).toBe(201)
    expect((await browser.get('/v1/session')).json()).toMatchObject({
      attempt_id: attemptId,
      organization: 'acme',
    })

    const message = await eventually(() =>
      product.inbox.messages().find(({ to }) => to === 'newcomer@people.example'),
    )
    expect(message.subject).toContain('Acme Corporation')
    const { rows } = await product.testDatabase.pool.query(
      `select (select count(*)::int from users where id = e.user_id) as users,
         (select count(*)::int from identities where user_id = e.user_id) as identities,
         (select count(*)::int from organization_members where user_id = e.user_id) as members,
         (select count(*)::int from mail_messages where user_email_id = e.id) as mails
       from user_emails e where canonical = 'newcomer@people.example'`,
    )
    expect(rows).toEqual([{ users: 1, identities: 1, members: 1, mails: 1 }])
  })

  it('S3, S71 makes one user with the address and the name of the provider, a member, and tells so once', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'nora'))
    const page = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      idempotency_key: 'k',
    })
    expect([page.status, page.location()]).toEqual([303, `${product.origin}/account`])
    const { rows } = await product.testDatabase.pool.query(
      `select u.name, e.canonical, e.is_primary, e.verified_at, m.role, m.sso_linked, m.sso_invalid, o.slug,
         (select count(*)::int from user_passwords w where w.user_id = u.id) as passwords
       from users u join user_emails e on e.user_id = u.id join organization_members m on m.user_id = u.id
       join organizations o on o.id = m.organization_id where u.name = 'Nora Lind'`,
    )
    expect(rows).toEqual([
      {
        name: 'Nora Lind',
        canonical: 'nora@people.example',
        is_primary: true,
        verified_at: null,
        role: 'member',
        sso_linked: true,
        sso_invalid: false,
        slug: 'acme',
        passwords: 0,
      },
    ])
    const events = await product.testDatabase.pool.query<{ event: string }>(
      'select event from audit_events where attempt_id = $1 order by id',
      [attemptId],
    )
    const named = events.rows.map(({ event }) => event).filter((event) => event !== 'mail.accepted')
    expect(named.sort()).toEqual([
      'attempt.decided',
      'attempt.ended',
      'attempt.identity_received',
      'attempt.started',
      'identity.linked',
      'member.added',
      'session.started',
      'user.created',
      'user.signed_in',
    ])
  })

  it('leads on who comes back to its page, instead of signing in once more', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'comes-back'))
    await browser.submit(`/attempts/${attemptId}/decision`, { decision: 'create', idempotency_key: 'k' })
    const back = () => browser.get(`/attempts/${attemptId}`)
    expect([(await back()).status, (await back()).location()]).toEqual([303, `${product.origin}/account`])
    await product.testDatabase.advanceClock(11 * 60_000)
    expect([(await back()).status, (await back()).location()]).toEqual([303, `${product.origin}/account`])
    await browser.submit('/session/end', {})
    expect((await back()).text).toContain('This sign-in is complete')
  })

  it('S44, S45, P38 sends no confirmation mail where the organization proved the domain and the provider vouches; else it does', async () => {
    const verified = async (subject: string, organization: string): Promise<unknown> => {
      const browser = product.browser()
      const attemptId = attemptIdOf(await signInAtProvider(browser, subject, organization))
      await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
      const { rows } = await product.testDatabase.pool.query(
        `select e.verified_at is not null as verified, (select count(*)::int from mail_messages where user_email_id = e.id) as mails
         from attempts a join user_emails e on e.user_id = a.outcome_user_id where a.id = $1`,
        [attemptId],
      )
      return rows
    }
    expect(await verified('taro', 'acme')).toEqual([{ verified: true, mails: 0 }])
    expect(await verified('taro', 'globex')).toEqual([{ verified: false, mails: 1 }])
    expect(await verified('stringy', 'acme')).toEqual([{ verified: false, mails: 1 }])
    expect(await verified('numeric', 'acme')).toEqual([{ verified: false, mails: 1 }])
  })

  it.each<[string, unknown, boolean]>([
    ['true', true, true],
    ['false', false, false],
    ['absent', undefined, false],
    ['null', null, false],
    ['"true"', 'true', false],
    ['"false"', 'false', false],
    ['"True"', 'True', false],
    ['1', 1, false],
    ['0', 0, false],
    ['""', '', false],
    ['[true]', [true], false],
    ['{}', {}, false],
  ])(
    'T07 takes an address as verified only where email_verified is true: %s',
    async (name, value, verified) => {
      const email = `t07-${Buffer.from(name).toString('hex')}@acme.example`
      liar.lie({ claims: (honest) => ({ ...honest, email, email_verified: value }) })
      const browser = product.browser()
      const attemptId = attemptIdOf(await liar.signIn(browser, email.split('@', 1)[0] ?? ''))
      await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
      const { rows } = await product.testDatabase.pool.query<{ verified: boolean }>(
        'select verified_at is not null as verified from user_emails where canonical = $1',
        [email],
      )
      expect(rows).toEqual([{ verified }])
    },
  )

  it.each([
    'a@acme.example,b@acme.example',
    'a@b@acme.example',
    'A <a@acme.example>',
    'a@acme.example\r\nBcc: b@acme.example',
    ['a@acme.example'],
    { 0: 'a' },
    7,
    '',
  ])('T21 takes no address at all from what is not one: %j', async (email) => {
    liar.lie({
      claims: (honest) => ({ ...honest, email, email_verified: true }),
      userinfo: (honest) => ({ sub: honest['sub'] }),
    })
    const browser = product.browser()
    const attemptId = attemptIdOf(await liar.signIn(browser, 't21'))
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      identity: { email: null },
    })
    expect((await browser.get(`/attempts/${attemptId}`)).text).toContain('name="email"')
  })

  it('P52 counts a 202 as sent, and sends once', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'sentonce'))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    await eventually(async () =>
      (await browser.get(`/v1/attempts/${attemptId}`)).json()['mail'] === 'accepted' ? true : null,
    )
    const { rows } = await product.testDatabase.pool.query(
      `select m.state, array_agg(t.state) as tries from mail_messages m join mail_tries t on t.mail_id = m.id where m.attempt_id = $1 group by m.state`,
      [attemptId],
    )
    expect(rows).toEqual([{ state: 'accepted', tries: ['accepted'] }])
    expect(product.inbox.messages().filter(({ to }) => to === 'sentonce@people.example')).toHaveLength(1)
  })

  it('costs no more than 22 events, 3 workflow tasks and 8 KiB of history until the mail is accepted', async () => {
    const browser = product.browser()
    const attemptId = attemptIdOf(await signInAtProvider(browser, 'frugal'))
    const { rows } = await product.testDatabase.pool.query<{ organization_id: string }>(
      'select organization_id from attempts where id = $1',
      [attemptId],
    )
    const handle = product.temporal.workflow.getHandle(
      authPipelineWorkflowId(rows[0]?.organization_id ?? '', attemptId),
    )
    await untilRunWaits(handle)
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    const { historyLength, historySize } = await eventually(async () => {
      const run = await handle.describe()
      return run.typedSearchAttributes.get(searchAttributes.mailState) === 'accepted' ? run : null
    })
    const { events } = await handle.fetchHistory()
    const tasks = events?.filter((event) => event.workflowTaskCompletedEventAttributes) ?? []
    expect({ events: historyLength, tasks: tasks.length }).toEqual({ events: 20, tasks: 3 })
    expect(historySize).toBeLessThanOrEqual(8 * 1024)
    // What a person waits at most where a worker dies with the decision in its hands, before another one takes over.
    const started = events?.[0]?.workflowExecutionStartedEventAttributes
    expect(Number(started?.workflowTaskTimeout?.seconds)).toBe(6)
  })
})
