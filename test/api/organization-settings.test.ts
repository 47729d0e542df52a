import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type pg from 'pg'
import { createTextLookup } from '../../clients/dns.js'
import { domainChecksPerOrganization } from '../../domain/domain-name.js'
import { startDnsServer } from '../support/dns-server.js'
import type { DnsServer } from '../support/dns-server.js'
import type { Browser } from '../support/browser.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { standsBeforeQuestion } from '../support/unknown-people.js'

let product: Product
let dns: DnsServer
let owner: Browser

beforeAll(async () => {
  dns = await startDnsServer()
  product = await startProduct(() => ({ textsOf: createTextLookup([dns.address]) }))
  owner = product.browser()
  await signInAtProvider(owner, 'olivia')
})
afterAll(async () => {
  await product.stop()
  await dns.close()
})

const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const audited = (event: string) =>
  rows<{ data: Record<string, unknown> }>('select data from audit_events where event = $1 order by id', [
    event,
  ])
const v1 = '/v1/organizations/acme'
const sso = '/organizations/acme/sso'
const demo = { display_name: 'Demo Provider', admission: 'everyone', default_role: 'member' }

describe('S102 an edit of a provider', () => {
  it('is audited with what changed, and with nothing else', async () => {
    await owner.submit(`${sso}/demo/settings`, { ...demo, default_role: 'manager' })
    expect(await audited('sso.edited')).toEqual([{ data: { default_role: ['member', 'manager'] } }])
  })

  it('is not audited where nothing changed', async () => {
    const before = await audited('sso.edited')
    await owner.submit(`${sso}/demo/settings`, { ...demo, default_role: 'manager' })
    expect(await audited('sso.edited')).toEqual(before)
  })

  it('may demand that members sign in through it, once an owner does', async () => {
    const give = (to: string) =>
      rows(
        `update identities set user_id = (select id from users where name = $1) where subject = 'olivia'`,
        [to],
      )
    await give('Ben Baker')
    const refused = await owner.submit(`${sso}/demo/settings`, { ...demo, require_link: 'on' })
    expect([refused.status, refused.text.includes('No owner has signed in through this')]).toEqual([
      400,
      true,
    ])
    await give('Olivia Owner')
    const answer = await owner.submit(`${sso}/demo/settings`, { ...demo, require_link: 'on' })
    expect(answer.status).toBe(303)
    expect((await audited('sso.edited')).at(-1)).toEqual({
      data: { default_role: ['manager', 'member'], require_link: [false, true] },
    })
  })

  it('changes nothing that its form did not: another owner may have changed that meanwhile', async () => {
    const page = await owner.get(`${sso}/demo`)
    const shown: Record<string, string> = Object.fromEntries(
      [...page.text.matchAll(/name="(shown_\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
        name,
        value,
      ]),
    )
    expect(Object.keys(shown)).toHaveLength(4)
    const state = () =>
      rows(`select display_name, admission, require_link from providers p
      join organizations o on o.id = p.organization_id where p.name = 'demo' and o.slug = 'acme'`)
    await owner.sendJson('PATCH', `${v1}/providers/demo`, { admission: 'invited' })
    const stale = { ...demo, ...shown, require_link: 'on' }
    const refused = await owner.submit(`${sso}/demo/settings`, { ...stale, display_name: '' })
    expect([refused.status, refused.text.includes('name="shown_admission" value="everyone"')]).toEqual([
      400,
      true,
    ])
    await owner.submit(`${sso}/demo/settings`, { ...stale, display_name: 'Renamed' })
    expect(await state()).toEqual([{ display_name: 'Renamed', admission: 'invited', require_link: true }])
    await owner.submit(`${sso}/demo/settings`, { ...demo, require_link: 'on' })
  })

  it('never grants what staff grant: trust, text that counts as true, former subjects, owners', async () => {
    const before = await rows(`select * from providers where name = 'demo' order by id`)
    for (const field of ['text_true_is_verified', 'legacy_subject_claim', 'serves', 'status', 'issuer'])
      await owner.submit(`${sso}/demo/settings`, { ...demo, require_link: 'on', [field]: 'true' })
    expect(await rows(`select * from providers where name = 'demo' order by id`)).toEqual(before)
    const owners = await owner.submit(`${sso}/demo/settings`, { ...demo, default_role: 'owner' })
    expect(owners.status).toBe(400)
  })
})

describe('a domain', () => {
  const name = 'corp.example'

  it('P44 counts once its TXT record is there, and no sooner', async () => {
    await owner.submit(`${sso}/domains`, { domain: ' Corp.Example. ' })
    const page = await owner.get(sso)
    const [, value = ''] = /(auth-pipeline-domain=[\w-]+)/.exec(page.text) ?? []
    expect(page.text).toContain(`_auth-pipeline.${name}`)
    const proved = () => rows('select name from domains where name = $1', [name])

    expect((await owner.submit(`${sso}/domains/check`, { domain: name })).status).toBe(400)
    dns.set(`_auth-pipeline.${name}`, { TXT: ['something else', `${value}x`] })
    expect((await owner.submit(`${sso}/domains/check`, { domain: name })).status).toBe(400)
    // The record has to stand where only the domain's owner can put it.
    dns.set(name, { TXT: [value] })
    expect((await owner.submit(`${sso}/domains/check`, { domain: name })).status).toBe(400)
    expect(await proved()).toEqual([])
    dns.set(`_auth-pipeline.${name}`, { TXT: ['something else', value] })
    expect((await owner.submit(`${sso}/domains/check`, { domain: name })).status).toBe(303)
    expect(await proved()).toHaveLength(1)
    await owner.submit(`${sso}/domains/check`, { domain: name })
    expect(await audited('domain.proved')).toHaveLength(1)
  })

  it('of which no name server tells is not said to lack its record, and is not asked about for ever', async () => {
    const other = 'silent.example'
    await owner.submit(`${sso}/domains`, { domain: other })
    dns.mute(true)
    try {
      const page = await owner.submit(`${sso}/domains/check`, { domain: other })
      expect([
        page.status,
        page.text.includes('did not answer'),
        page.text.includes('not there yet'),
      ]).toEqual([503, true, false])
      const answer = await owner.postJson(`${v1}/settings/domains/${other}/proof`, {})
      expect([answer.status, answer.json()['code']]).toEqual([503, 'unavailable'])
    } finally {
      dns.mute(false)
    }
    const check = async (): Promise<number> =>
      (await owner.postJson(`${v1}/settings/domains/${other}/proof`, {})).status
    const statuses: number[] = []
    while (!statuses.includes(429) && statuses.length < 40) statuses.push(await check())
    expect(statuses.at(-1)).toBe(429)
    expect(statuses.length).toBeLessThanOrEqual(domainChecksPerOrganization.max)
    await rows('delete from rate_limits')
  })

  it('P31 that one organization has proved is not another’s', async () => {
    const grace = product.browser()
    await signInAtProvider(grace, 'grace', 'globex')
    const claimed = await grace.postJson('/v1/organizations/globex/settings/domains', { domain: name })
    const domain = (claimed.json()['domains'] as { name: string; proved_at: string | null }[]).find(
      (entry) => entry.name === name,
    )
    expect(domain?.proved_at).toBeNull()
    const checked = await grace.postJson(`/v1/organizations/globex/settings/domains/${name}/proof`, {})
    expect(checked.status).toBe(400)
  })

  it('may be given up, and counts no longer', async () => {
    expect((await owner.delete(`${v1}/settings/domains/${name}`)).status).toBe(204)
    expect(
      await rows(
        `select d.name from domains d join organizations o on o.id = d.organization_id where d.name = $1 and o.slug = 'acme'`,
        [name],
      ),
    ).toEqual([])
    expect((await owner.delete(`${v1}/settings/domains/${name}`)).status).toBe(404)
  })

  it.each(['corp', '192.0.2.1', 'a b.example', '-a.example', ''])(
    'is refused where it is none: "%s"',
    async (domain) => {
      expect((await owner.submit(`${sso}/domains`, { domain })).status).toBe(400)
    },
  )
})

describe('an organization', () => {
  it('limits its seats and demands a second factor, audited with what changed', async () => {
    await owner.submit(`${sso}/settings`, { seat_limit: '40', require_second_factor: 'on' })
    await owner.submit(`${sso}/settings`, { seat_limit: '40', require_second_factor: 'on' })
    const edits = (await audited('organization.edited')).filter(({ data }) => !('domain' in data))
    expect(edits).toEqual([{ data: { seat_limit: [null, 40], require_second_factor: [false, true] } }])
    expect((await owner.submit(`${sso}/settings`, { seat_limit: '-1' })).status).toBe(400)
    expect((await owner.get(`${v1}/settings`)).json()).toMatchObject({
      seat_limit: 40,
      require_second_factor: true,
    })
    // A form that is older changes only what was changed in it.
    const shown = { shown_seat_limit: '', shown_require_second_factor: 'on' }
    await owner.submit(`${sso}/settings`, { ...shown, seat_limit: '' })
    expect((await owner.get(`${v1}/settings`)).json()).toMatchObject({
      seat_limit: 40,
      require_second_factor: false,
    })
  })

  it('says where a setting of its providers is changed', async () => {
    for (const field of ['require_link', 'default_role', 'admission']) {
      const answer = await owner.sendJson('PATCH', `${v1}/settings`, { [field]: 'x' })
      expect([answer.status, answer.json()['errors']]).toEqual([
        400,
        [
          {
            field,
            message: expect.stringContaining('/v1/organizations/{organization}/providers/{provider}'),
          },
        ],
      ])
    }
  })

  it('invites an address and takes that back', async () => {
    const invited = await owner.postJson(`${v1}/invitations`, {
      email: 'Ines@People.example',
      role: 'manager',
    })
    expect([invited.status, invited.json()]).toMatchObject([
      201,
      { email: 'ines@people.example', role: 'manager' },
    ])
    const { id = '' } = invited.json() as { id?: string }
    const listed = (await owner.get(`${v1}/invitations`)).json()['items'] as { id: string }[]
    expect(listed.map((entry) => entry.id)).toContain(id)
    expect((await owner.delete(`${v1}/invitations/${id}`)).status).toBe(204)
    expect((await owner.delete(`${v1}/invitations/${id}`)).status).toBe(404)
    const told = await rows(
      `select event, actor_kind, data from audit_events where target_kind = 'invitation' and target_id = $1 order by id`,
      [id],
    )
    expect(told).toEqual([
      { event: 'member.invited', actor_kind: 'user', data: { role: 'manager' } },
      { event: 'member.uninvited', actor_kind: 'user', data: {} },
    ])
  })

  it('invites on its page as well, lists what is open and takes it back', async () => {
    const refused = await owner.submit(`${sso}/invitations`, { email: 'nowhere', role: 'owner' })
    expect([refused.status, refused.text]).toEqual([
      400,
      expect.stringMatching(/Enter an e-mail address\..*value="nowhere".*value="owner"[^>]* checked/s),
    ])
    const sent = await owner.submit(`${sso}/invitations`, { email: 'page@people.example', role: 'manager' })
    expect([sent.status, sent.location()]).toEqual([303, `${product.origin}${sso}?invited=true`])
    const page = await owner.get(`${sso}?invited=true`)
    for (const shown of ['The invitation is on its way.', 'page@people.example', 'Manager', 'Take back'])
      expect(page.text.replaceAll('<wbr/>', '')).toContain(shown)
    const [, id = ''] = /name="invitation" value="([\w-]+)"/.exec(page.text) ?? []
    const manager = product.browser()
    await signInAtProvider(manager, 'mark')
    await rows(
      `update organization_members set role = 'manager' where user_id = (select id from users where name = 'Mark Member')`,
    )
    const seen = (await manager.get(sso)).text
    expect([seen.includes('Invitations'), seen.includes('Take back')]).toEqual([true, false])
    expect(
      (await manager.submit(`${sso}/invitations`, { email: 'a@people.example', role: 'member' })).status,
    ).toBe(403)
    expect((await manager.submit(`${sso}/invitations/remove`, { invitation: id })).status).toBe(403)
    const takeBack = () => owner.submit(`${sso}/invitations/remove`, { invitation: id })
    expect([(await takeBack()).status, (await takeBack()).status]).toEqual([303, 303])
    expect(await rows(`select from invitations where id = $1`, [id])).toEqual([])
    await rows(
      `update organization_members set role = 'member' where user_id = (select id from users where name = 'Mark Member')`,
    )
  })

  it('counts no seat for a member who waits for one', async () => {
    const [{ taken } = { taken: 0 }] = await rows<{ taken: number }>(
      `select count(*)::int as taken from organization_members where organization_id = (select id from organizations where slug = 'acme')`,
    )
    await rows(
      `update organization_members set restricted = true where user_id = (select id from users where name = 'Ben Baker')`,
    )
    expect((await owner.get(sso)).text).toContain(`${taken - 1} are taken.`)
    await rows(`update organization_members set restricted = false`)
  })

  it('P42 mails the invitation: its link lets in once, whatever address its owner signs in with, and not once it is taken back', async () => {
    const invite = async (email: string) => {
      const answer = await owner.postJson(`${v1}/invitations`, { email, role: 'manager' })
      const mail = await eventually(() =>
        product.inbox.messages().find(({ to, subject }) => to === email && subject.includes('invitation')),
      )
      const [, token = ''] = /\/sso\/acme\?invitation=([\w-]+)/.exec(mail.text ?? '') ?? []
      return { id: String(answer.json()['id']), token }
    }
    const through = async (token: string, persona: string) => {
      const browser = product.browser()
      const page = await browser.get(`/sso/acme?invitation=${token}`)
      expect(page.text).toContain(`name="invitation" value="${token}"`)
      const begun = await browser.submit('/sso/acme/demo', { login_hint: persona, invitation: token })
      let answer = await browser.get(begun.location())
      while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
      const id = attemptIdOf(await browser.get(answer.location()))
      const decided = await browser.postJson(
        `/v1/attempts/${id}/decision`,
        { decision: 'create' },
        { 'idempotency-key': 'once' },
      )
      return decided.json()['outcome']
    }
    await rows(`update providers set admission = 'invited', require_link = false where name = 'demo'`)
    const { token } = await invite('ida@people.example')
    expect(await through(token, 'other-than-ida')).toMatchObject({ result: 'signed_in', how: 'created' })
    expect(await through(token, 'second-than-ida')).toMatchObject({
      result: 'rejected',
      code: 'not_a_member',
    })
    expect(
      await rows(
        `select m.role from organization_members m join identities i on i.user_id = m.user_id where i.subject = 'other-than-ida'`,
      ),
    ).toEqual([{ role: 'manager' }])

    const back = await invite('revoked@people.example')
    await owner.delete(`${v1}/invitations/${back.id}`)
    expect(await through(back.token, 'third')).toMatchObject({ result: 'rejected', code: 'not_a_member' })
    // What is stored lets nobody in, and no address stands beside the mail.
    const stored = await rows(`select * from invitations i join mail_messages m on m.reference_id = i.id`)
    expect(JSON.stringify(stored)).not.toContain(token)
    await rows(`update providers set admission = 'everyone' where name = 'demo'`)
    await rows(
      `delete from users where id in (select user_id from identities where subject = 'other-than-ida')`,
    )
  })

  it('lists its members page by page, and nobody else’s', async () => {
    const first = (await owner.get(`${v1}/members?limit=2`)).json() as {
      items: { name: string }[]
      next: string
    }
    const rest = (await owner.get(`${v1}/members?limit=200&after=${first.next}`)).json() as typeof first
    const names = [...first.items, ...rest.items].map(({ name }) => name)
    expect([first.items.length, rest.next, names.includes('Grace Globex')]).toEqual([2, null, false])
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('S69 members who are not linked', () => {
  const mailed = () =>
    product.inbox.messages().filter(({ subject }) => subject.startsWith('A new way to sign in'))

  it('get one mail each, and nobody who is linked; the page says how far it is', async () => {
    expect((await owner.submit(`${sso}/demo/reminders`, {})).status).toBe(303)
    const mails = async () =>
      (await owner.get(`${v1}/providers/demo`)).json()['link_mails'] as {
        finished: boolean
        sent: number
      } | null
    await eventually(async () => ((await mails())?.finished === true ? true : null))
    const to = mailed().map((mail) => mail.to)
    expect(to.sort()).toEqual(['ada@acme.example', 'ben@people.example'])
    expect(await audited('member.reminded')).toEqual([{ data: { members_told: 2 } }])
    expect(await mails()).toMatchObject({ finished: true, members: 2, sent: 2, waiting: 0, failed: 0 })
    expect((await owner.get(`${sso}/demo`)).text).toContain('to 2 members')
  })

  it('get no second one that day: the answer says when', async () => {
    const answer = await owner.postJson(`${v1}/providers/demo/reminders`, {})
    expect([answer.status, answer.json()['code']]).toEqual([429, 'rate_limited'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(23 * 3600)
    expect(mailed()).toHaveLength(2)
  })

  it('get one mail each of several that were asked for at once', async () => {
    await rows(`update bulk_campaigns set created_at = created_at - interval '2 days'`)
    const answers = await Promise.all(
      [1, 2, 3].map(() => owner.postJson(`${v1}/providers/demo/reminders`, {})),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 429, 429])
    await eventually(() => (mailed().length === 4 ? true : null))
  })

  it('of whom hundreds are to be told: never more than 50 mails are on their way, and none twice', async () => {
    await rows(
      `with u as (insert into users (name) select 'Many ' || n from generate_series(1, 70) n returning id, name),
       m as (insert into organization_members (organization_id, user_id, role)
             select o.id, u.id, 'member' from u, organizations o where o.slug = 'acme')
       insert into user_emails (user_id, address, canonical, is_primary, verified_at)
       select id, replace(lower(name), ' ', '') || '@many.example', replace(lower(name), ' ', '') || '@many.example', true, app.now() from u`,
    )
    await rows(`update bulk_campaigns set created_at = created_at - interval '2 days'`)
    await owner.postJson(`${v1}/providers/demo/reminders`, {})
    let most = 0
    const reached = (least: number) =>
      eventually(async () => {
        const [row] = await rows<{ under_way: number; done: number }>(
          `select (count(*) filter (where state in ('queued', 'sending')))::int as under_way,
             (count(*) filter (where state = 'accepted'))::int as done
           from mail_messages m join user_emails e on e.id = m.user_email_id where e.canonical like '%@many.example'`,
        )
        most = Math.max(most, row?.under_way ?? 0)
        return (row?.done ?? 0) >= least ? true : null
      })
    for (const least of [20, 45, 70]) await reached(least)
    expect(most).toBeLessThanOrEqual(50)
    const to = mailed()
      .map((mail) => mail.to)
      .filter((address) => address.endsWith('@many.example'))
    expect([to.length, new Set(to).size]).toEqual([70, 70])
  })
})

describe('S101 a provider that is switched off', () => {
  it('takes identities and flags with it, ends what rests on them, and leads members to a password', async () => {
    const mark = product.browser()
    await signInAtProvider(mark, 'mark')
    expect((await mark.get('/v1/session')).status).toBe(200)
    const asked = await standsBeforeQuestion(product, 'asked.meanwhile')
    const page = await owner.get(`${sso}/demo/disable`)
    expect(page.text).toContain('members lose this way to sign in')
    const done = await owner.submit(`${sso}/demo/disable`, {})

    expect((await mark.get('/v1/session')).status).toBe(401)
    const [attempt] = await rows<{ organization_id: string }>(
      'select organization_id from attempts where id = $1',
      [asked.id],
    )
    const run = product.temporal.workflow.getHandle(`auth/${attempt?.organization_id}/${asked.id}`)
    expect(await run.result()).toMatchObject({ outcome: { result: 'rejected', code: 'provider_disabled' } })
    // Nothing but that provider has said who this is.
    expect((await owner.get('/v1/session')).status).toBe(401)
    expect(done.location()).toBe(`${product.origin}/sso/acme`)
    expect((await owner.get('/sso/acme')).status).toBe(200)
    expect(
      await rows(
        `select p.status, p.require_link, (select count(*)::int from identities i where i.provider_id = p.id) as identities,
           (select count(*)::int from organization_members m where m.organization_id = p.organization_id
            and (m.sso_linked or m.sso_invalid)) as flagged
         from providers p join organizations o on o.id = p.organization_id where p.name = 'demo' and o.slug = 'acme'`,
      ),
    ).toEqual([{ status: 'disabled', require_link: false, identities: 0, flagged: 0 }])
    expect(await audited('sso.disabled')).toEqual([
      { data: expect.objectContaining({ members: 2 }) as unknown },
    ])
    expect((await audited('member.flagged')).map(({ data }) => data)).toEqual(
      Array(2).fill({ linked: false, reason: 'sso_disabled' }),
    )
    const link = await eventually(() =>
      product.inbox
        .messages()
        .find(({ to, text }) => to === 'mark@acme.example' && text?.includes('/password/')),
    )
    expect(link.text).toMatch(/\/password\/\S+/)
    expect((await product.browser().submit('/sso/acme/demo', {})).status).toBe(403)
  })
})
