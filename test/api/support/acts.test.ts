import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { retryMails } from '../../../support/retry-mails.js'
import { newUser } from '../../support/account.js'
import type { Browser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { eventually, signInAtProvider, startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'
import { hasParkedMail, standsBeforeQuestion } from '../../support/unknown-people.js'

let product: Product
let support: TestConsole
let sam: Browser
let alva: Browser
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
  sam = await support.signedIn('sam')
  alva = await support.signedIn('alva')
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

const waiting = (name: string) => standsBeforeQuestion(product, name)
const parked = (name: string) => hasParkedMail(product, name)
const post = (browser: Browser, path: string, body: object) => browser.postJson(`/v1/support${path}`, body)
const stateOf = async (mailId: string): Promise<string> =>
  String((await post2(sam, `/mails/${mailId}`))['state'])
const post2 = async (browser: Browser, path: string) =>
  (await browser.get(`/v1/support${path}`, { accept: 'application/json' })).json()
const audited = async (target: string): Promise<{ event: string; data: Record<string, unknown> }[]> => {
  const { rows } = await product.testDatabase.pool.query<{ event: string; data: Record<string, unknown> }>(
    `select event, data from audit_events where (target_id = $1 or attempt_id::text = $1) and actor_kind = 'staff' order by id`,
    [target],
  )
  return rows
}

describe('a sign-in', () => {
  it('is found by address, user, organization, stage and reference, and the address stands in no URL', async () => {
    const { id } = await waiting('findme')
    const found = async (query: Record<string, string>): Promise<string[]> => {
      const answer = await post2(sam, `/attempts?${new URLSearchParams(query)}`)
      return (answer['items'] as { id: string }[]).map((item) => item.id)
    }
    expect(await found({ q: 'findme@people.example' })).toEqual([id])
    expect(await found({ q: 'FindMe@People.example' })).toEqual([id])
    expect(await found({ q: 'findme@people.example.org' })).toEqual([])
    expect(await found({ q: id })).toEqual([id])
    expect(await found({ organization: 'acme', stage: 'awaiting_decision', provider: 'demo' })).toContain(id)
    expect(await found({ organization: 'globex' })).not.toContain(id)
    expect(await found({ outcome: 'expired' })).not.toContain(id)
    expect(await found({ since: '2999-01-01' })).toEqual([])
    const led = await sam.submit('/search', { q: 'findme@people.example', stage: '' })
    expect(led.location()).not.toMatch(/people|%40|@/)
    const page = await sam.get(led.location())
    expect(page.text).toContain(id)
    expect(page.text).toContain('value="findme@people.example"')
    const others = await alva.get(led.location())
    expect(others.status).toBe(400)
    expect(others.text).toContain('only who made it can open')
    expect(others.text).not.toMatch(/findme|<table/)
  })

  it('is found by the address that was typed where the provider asserts none', async () => {
    const { id, browser } = await waiting('noaddress')
    const typed = await browser.postJson(`/v1/attempts/${id}/proofs`, {
      kind: 'email',
      email: 'Typed.Here@people.example',
    })
    expect(typed.status).toBe(202)
    const found = await post2(sam, '/attempts?q=typed.here%40people.example')
    expect((found['items'] as { id: string }[]).map((item) => item.id)).toEqual([id])
    await eventually(() => product.inbox.messages().find(({ to }) => to === 'Typed.Here@people.example'))
  })

  it('pages by keyset, each sign-in once', async () => {
    await Promise.all(['page-a', 'page-b', 'page-c'].map(waiting))
    const seen: string[] = []
    for (let after: string | null = ''; after !== null;) {
      const answer = await post2(sam, `/attempts?limit=1${after === '' ? '' : `&after=${after}`}`)
      seen.push(...(answer['items'] as { id: string }[]).map(({ id }) => id))
      after = answer['next'] as string | null
    }
    const { rows } = await product.testDatabase.pool.query('select id from attempts')
    expect(new Set(seen).size).toBe(seen.length)
    expect(seen).toHaveLength(rows.length)
  })

  it('shows what happened, joined with the history of its run, claims masked', async () => {
    const { id, mailId } = await parked('whole.story')
    const timeline = (await post2(sam, `/attempts/${id}/timeline`))['items'] as {
      source: string
      event: string
    }[]
    const events = timeline.map(({ source, event }) => `${source} ${event}`)
    expect(events).toEqual(
      expect.arrayContaining([
        'audit attempt.started',
        'audit attempt.decided',
        'audit user.created',
        'mail refused',
        'audit mail.parked',
        'run WorkflowExecutionStarted',
        'run WorkflowExecutionSignaled',
      ]),
    )
    const page = await sam.get(`/attempts/${id}`)
    expect(page.text).toContain('w…y<wbr/>@people.example')
    expect(page.text).not.toContain('whole.story')
    expect(page.text).toContain(`/mails/${mailId}`)
    expect(page.text).toContain('http://127.0.0.1:8233/namespaces/')
    const download = await sam.get(`/attempts/${id}/download`)
    expect(download.headers.get('content-disposition')).toContain(`sign-in-${id}.json`)
    expect(download.text).not.toContain('whole.story')
  })

  it('T60 shows claims whole for one view, with a reason that is kept', async () => {
    const { id } = await waiting('reveal.me')
    expect((await post(sam, `/attempts/${id}/claims`, { reason: ' ' })).status).toBe(400)
    expect((await post(sam, `/attempts/${id}/claims`, { reason: 'x@y.example asked' })).status).toBe(400)
    const shown = await post(sam, `/attempts/${id}/claims`, { reason: 'ticket 7' })
    expect(shown.json()).toMatchObject({ identity: { revealed: true, email: 'reveal.me@people.example' } })
    expect((await sam.get(`/attempts/${id}`)).text).not.toContain('reveal.me')
    const rows = await audited(id)
    expect(rows.map(({ event, data }) => [event, data['reason'] ?? data['refused']])).toEqual([
      ['staff.acted', 'bad_request'],
      ['staff.acted', 'bad_request'],
      ['staff.viewed', 'ticket 7'],
    ])
  })

  it('notes who opened a sign-in, once an hour', async () => {
    const { id } = await waiting('opened')
    for (const path of [`/attempts/${id}`, `/v1/support/attempts/${id}`, `/attempts/${id}`])
      expect((await sam.get(path)).status).toBe(200)
    const viewed = (await audited(id)).filter(({ event }) => event === 'staff.viewed')
    expect(viewed.map(({ data }) => data)).toEqual([{}])
    expect((await sam.get(`/attempts/${id}`)).text).toContain('Staff opened this sign-in.')
  })

  it('P57 gets more time, twice at most, and the person may still decide', async () => {
    const { id, browser } = await waiting('slow')
    const before = new Date(String((await post2(sam, `/attempts/${id}`))['expires_at'])).getTime()
    const first = await post(sam, `/attempts/${id}/extend`, { reason: 'on the phone', seen_extensions: 0 })
    expect(first.status).toBe(200)
    const again = await post(sam, `/attempts/${id}/extend`, { reason: 'on the phone', seen_extensions: 0 })
    expect(again.json()).toEqual(first.json())
    expect(new Date(String(first.json()['expires_at'])).getTime() - before).toBe(3_600_000)
    expect((await post(sam, `/attempts/${id}/extend`, { reason: 'still' })).status).toBe(200)
    const third = await post(sam, `/attempts/${id}/extend`, { reason: 'still' })
    expect(third.json()).toMatchObject({ status: 409, code: 'refused', reason: 'extended_enough' })
    await product.testDatabase.advanceClock(100 * 60_000)
    const decided = await browser.postJson(
      `/v1/attempts/${id}/decision`,
      { decision: 'create' },
      { 'idempotency-key': 'k' },
    )
    expect(decided.json()).toMatchObject({ outcome: { result: 'signed_in' } })
    sam = await support.signedIn('sam')
    alva = await support.signedIn('alva')
    const late = await post(sam, `/attempts/${id}/extend`, { reason: 'too late' })
    expect(late.json()).toMatchObject({ reason: 'attempt_ended' })
    const repeated = await post(sam, `/attempts/${id}/extend`, { reason: 'too late', seen_extensions: 0 })
    expect(repeated.json()).toMatchObject({ status: 409, reason: 'attempt_ended' })
  })

  it('is cancelled once, however often the button is pressed, and its run ends', async () => {
    const { id } = await waiting('nobody-wants')
    const answers = await Promise.all(
      [1, 2, 3].map(() => post(sam, `/attempts/${id}/cancel`, { reason: 'twice' })),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await audited(id)).map(({ event }) => event)).toEqual(['attempt.ended'])
    const { rows } = await product.testDatabase.pool.query<{ organization_id: string }>(
      'select organization_id from attempts where id = $1',
      [id],
    )
    const run = product.temporal.workflow.getHandle(`auth/${rows[0]?.organization_id}/${id}`)
    expect(await run.result()).toMatchObject({ outcome: { result: 'cancelled' } })
  })
})

describe('a sign-in that is cancelled', () => {
  it('under one key is cancelled for one reason', async () => {
    const { id } = await waiting('one-reason')
    const cancel = (reason: string) =>
      sam.postJson(`/v1/support/attempts/${id}/cancel`, { reason }, { 'idempotency-key': 'k' })
    const [first, second, other] = [await cancel('asked'), await cancel('asked'), await cancel('another')]
    expect([first.status, second.text]).toEqual([200, first.text])
    expect(other.json()).toMatchObject({ status: 409, code: 'already_decided' })
  })

  it('past its deadline is over, whether or not its run has noted that', async () => {
    const { id } = await waiting('past-deadline')
    await product.testDatabase.pool.query(
      `update attempts set expires_at = app.now() - interval '1 s' where id = $1`,
      [id],
    )
    const answer = await post(sam, `/attempts/${id}/cancel`, { reason: 'too late' })
    expect(answer.json()).toMatchObject({ status: 409, reason: 'attempt_ended' })
    expect((await sam.get(`/attempts/${id}`)).text).not.toContain(`/attempts/${id}/cancel`)
  })
})

describe('a mail', () => {
  it('P55 that failed is seen with its reason, retried, and the result stands on the same timeline with the actor', async () => {
    const { id, mailId } = await parked('p55')
    const board = await sam.get('/mails')
    expect(board.text).toMatch(/parked/)
    const answers = await Promise.all(
      [1, 2].map(() => post(sam, `/mails/${mailId}/retry`, { reason: 'mailbox mended', seen_round: 1 })),
    )
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
    await eventually(async () => ((await stateOf(mailId)) === 'accepted' ? true : null))
    const timeline = (await post2(sam, `/attempts/${id}/timeline`))['items'] as {
      event: string
      actor: { name: string }
      data: Record<string, unknown>
    }[]
    const retried = timeline.filter(({ event }) => event === 'mail.retried')
    expect(retried).toHaveLength(1)
    expect(retried[0]).toMatchObject({
      actor: { name: 'Sam Support' },
      data: { reason: 'mailbox mended', round: 2 },
    })
    expect(product.inbox.messages().filter(({ to }) => to === 'p55@people.example')).toHaveLength(1)
  })

  it('P56 P58 goes to a corrected address; staff see neither link nor code nor words', async () => {
    const { id, mailId } = await parked('p56')
    const answer = await post(sam, `/mails/${mailId}/retry`, {
      reason: 'typo',
      email: 'right56@people.example',
    })
    expect(answer.status).toBe(200)
    const message = await eventually(() =>
      product.inbox.messages().find(({ to }) => to === 'right56@people.example'),
    )
    const token = /\/confirm\/(\S+)/.exec(message.text ?? '')?.[1] ?? ''
    expect(token.length).toBeGreaterThan(40)
    for (const path of [`/mails/${mailId}`, `/attempts/${id}`, `/attempts/${id}/download`, '/mails']) {
      const { text } = await alva.get(path)
      expect(text).not.toMatch(/\/confirm\//)
      expect(text).not.toContain(token.slice(0, 20))
      expect(text).not.toContain('right56')
    }
    for (const path of [`/mails/${mailId}`, `/attempts/${id}`, `/attempts/${id}/timeline`, '/audit'])
      expect(JSON.stringify(await post2(alva, path))).not.toMatch(/\/confirm\/|right56/)
  })

  it('shows to whom it goes, masked, also where that is no address of a user', async () => {
    const owner = product.browser()
    await owner.follow(await signInAtProvider(owner, 'olivia'))
    const invited = await owner.postJson('/v1/organizations/acme/invitations', {
      email: 'invited.one@people.example',
      role: 'member',
    })
    expect(invited.status).toBe(201)
    const { id, browser } = await waiting('proving.one')
    expect((await browser.postJson(`/v1/attempts/${id}/proofs`, { kind: 'email' })).status).toBe(202)
    const board = (await post2(sam, '/mails'))['items'] as { id: string; kind: string; to: string | null }[]
    const of = (kind: string) => board.find((mail) => mail.kind === kind)
    expect([of('invitation')?.to, of('merge_proof')?.to]).toEqual([
      'i…e@people.example',
      'p…e@people.example',
    ])
    expect(await post2(sam, `/mails/${of('invitation')?.id}`)).toMatchObject({ to: 'i…e@people.example' })
    const pages = [await sam.get('/mails'), await sam.get(`/attempts/${id}`)].map(({ text }) => text)
    expect(pages[0]).toContain('i…e<wbr/>@people.example')
    expect(pages[1]).toContain('p…e<wbr/>@people.example')
    for (const kind of ['invitation', 'merge_proof'])
      await eventually(async () => ((await stateOf(of(kind)?.id ?? '')) === 'accepted' ? true : null))
    expect(pages.join()).not.toMatch(/invited\.one|proving\.one/)
  })

  it('is not corrected to an address that another account holds, confirmed: nobody is sent a link for it', async () => {
    const { mailId } = await parked('not.mine')
    await newUser(product, 'holds.it')
    const wish = { reason: 'typo', email: 'Holds.It@people.example' }
    const answer = await post(sam, `/mails/${mailId}/retry`, wish)
    expect(answer.json()).toMatchObject({ status: 409, reason: 'address_held' })
    expect(await stateOf(mailId)).toBe('parked')
    await newUser(product, 'claims.it', false)
    const free = { reason: 'typo', email: 'claims.it@people.example' }
    expect((await post(sam, `/mails/${mailId}/retry`, free)).status).toBe(200)
    await eventually(() => product.inbox.messages().find(({ to }) => to === 'claims.it@people.example'))
    expect(product.inbox.messages().filter(({ to }) => /^holds\.it@/i.test(to))).toEqual([])
  })

  it('T61 is retried with all that match: previewed, bounded, each once, and by two people above a hundred', async () => {
    const one = await parked('many-1')
    const two = await parked('many-2')
    const filter = { state: 'parked', organization: 'acme' }
    const preview = await post(sam, '/mails/retry', { filter, preview: true })
    expect(preview.json()).toMatchObject({ needs_second_person: false, bounded: false })
    expect((await post(sam, '/mails/retry', { filter })).status).toBe(400)
    const key = { reason: 'outage over', filter, idempotency_key: 'once' }
    const asked = await Promise.all([1, 2].map(() => post(sam, '/mails/retry', key)))
    expect(asked[0]?.json()).toEqual(asked[1]?.json())
    await retryMails(support.dependencies)
    for (const { mailId } of [one, two])
      await eventually(async () => ((await stateOf(mailId)) === 'accepted' ? true : null))
    expect((await post(sam, '/mails/retry', { filter, reason: 'again' })).json()).toMatchObject({
      reason: 'nothing_matches',
    })
  })

  it('is given up with a reason, once', async () => {
    const { mailId } = await parked('hopeless')
    expect((await post(sam, `/mails/${mailId}/give-up`, { reason: 'nobody there' })).status).toBe(200)
    await eventually(async () => ((await stateOf(mailId)) === 'cancelled' ? true : null))
    const again = await post(sam, `/mails/${mailId}/give-up`, { reason: 'nobody there' })
    expect(again.json()).toMatchObject({ status: 409, reason: 'mail_ended' })
  })

  it('waits while an administrator has paused the transport, and goes on after', async () => {
    expect((await post(sam, '/transport/pause', { reason: 'x' })).status).toBe(403)
    const paused = await post(alva, '/transport/pause', { reason: 'wrong sender' })
    expect(typeof paused.json()['paused_until']).toBe('string')
    expect((await alva.get('/mails')).text).toContain('paused by support')
    expect((await post(alva, '/transport/resume', { reason: 'mended' })).json()).toEqual({
      paused_until: null,
    })
  })
})
