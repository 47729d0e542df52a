import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import type pg from 'pg'
import { createPasswordHasher } from '../../clients/password-hash.js'
import { createTotp } from '../../clients/totp.js'
import { maskedAddress, maskedSubject } from '../../domain/masked.js'
import type { Answer, Browser } from '../support/browser.js'
import { headline } from '../support/pages.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const password = 'correct horse battery staple'
const rows = async <Row extends pg.QueryResultRow>(
  statement: string,
  values: unknown[] = [],
): Promise<Row[]> => (await product.testDatabase.pool.query<Row>(statement, values)).rows
const begin = async (hint: string, organization = 'acme'): Promise<[Browser, string]> => {
  const browser = product.browser()
  return [browser, attemptIdOf(await signInAtProvider(browser, hint, organization))]
}
const prove = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/proofs`, body)
const decide = (browser: Browser, attemptId: string, body: Record<string, unknown>): Promise<Answer> =>
  browser.postJson(`/v1/attempts/${attemptId}/decision`, body)
const userOf = async (address: string): Promise<string> =>
  (
    await rows<{ user_id: string }>(
      'select user_id from user_emails where canonical = $1 and verified_at is not null',
      [address],
    )
  )[0]?.user_id ?? ''
const setPassword = async (address: string): Promise<string> => {
  const userId = await userOf(address)
  await product.database.passwords.set(userId, await createPasswordHasher().hash(password))
  return userId
}
/** A member of acme with a verified address; the demo provider makes a person of any hint, with this address. */
const member = async (name: string): Promise<string> => {
  const [row] = await rows<{ id: string }>(
    `with u as (insert into users (name) values ($1) returning id),
     e as (insert into user_emails (user_id, address, canonical, is_primary, verified_at) select id, $2, $2, true, app.now() from u),
     m as (insert into organization_members (organization_id, user_id, role)
           select o.id, u.id, 'member' from u, organizations o where o.slug = 'acme')
     select id from u`,
    [name, `${name}@people.example`],
  )
  return row?.id ?? ''
}
const mailsTo = (address: string) => product.inbox.messages().filter(({ to }) => to === address)
/** The newest mail with a code to an address. */
const codeMail = (
  address: string,
  count = 1,
): Promise<{ code: string; link: string; notMe: string; text: string }> =>
  eventually(() => {
    const mails = mailsTo(address).filter(({ categories }) => categories.includes('merge_proof'))
    const text = mails.length < count ? '' : (mails[0]?.text ?? '')
    const code = /^(\d{6})$/m.exec(text)?.[1]
    if (code === undefined) return null
    return {
      code: code.replace(' ', ''),
      link: new URL(/\S+\/prove\/\S+/.exec(text)?.[0] ?? '').pathname,
      notMe: new URL(/\S+\/not-me\/\S+/.exec(text)?.[0] ?? '').pathname,
      text,
    }
  })
const wrongCode = (code: string): string => (code === '000000' ? '000001' : '000000')

describe('an account with a password', () => {
  it('S28, P18 is proved by it, and a wrong one is counted, audited and leaves the attempt open', async () => {
    const userId = await setPassword('ada@acme.example')
    const [browser, attemptId] = await begin('ada')
    const wrong = await prove(browser, attemptId, {
      kind: 'password',
      email: 'ada@acme.example',
      password: 'wrong',
    })
    expect([wrong.status, wrong.json()['code']]).toEqual([422, 'proof_invalid'])
    expect(
      await rows(
        `select target_id, data from audit_events where attempt_id = $1 and event = 'proof.failed'`,
        [attemptId],
      ),
    ).toEqual([{ target_id: userId, data: { kind: 'password' } }])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: null,
      proofs: [],
    })

    const right = await prove(browser, attemptId, { kind: 'password', email: 'ADA@acme.example', password })
    expect([right.status, right.json()]).toEqual([
      201,
      {
        kind: 'password',
        user_hint: maskedSubject(userId),
        account: true,
        expires_at: expect.any(String),
      },
    ])
    const { account: _, ...listed } = right.json()
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()['proofs']).toEqual([listed])
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
    expect(
      await rows('select used_at is not null as used from proofs where attempt_id = $1', [attemptId]),
    ).toEqual([{ used: true }])
  })

  it('S18, S19, S78, P25 may be any account of the person, whatever address the provider sent', async () => {
    const userId = await member('selma')
    await rows(
      `insert into user_emails (user_id, address, canonical, verified_at) values ($1, $2, $2, app.now())`,
      [userId, 'selma-old@people.example'],
    )
    await product.database.passwords.set(userId, await createPasswordHasher().hash(password))
    const [browser, attemptId] = await begin('selma-at-work')
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).toContain(`/attempts/${attemptId}/proofs`)
    const proofs = await browser.get(`/attempts/${attemptId}/proofs`)
    expect([proofs.status, headline(proofs)]).toEqual([200, 'Show us that the account is yours'])
    expect(proofs.text).toContain('contact the support')

    const wrong = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'password',
      email: 'selma-old@people.example',
      password: 'nope',
    })
    expect([wrong.status, wrong.text.includes('do not belong together')]).toEqual([422, true])
    const right = await browser.submit(`/attempts/${attemptId}/proofs`, {
      kind: 'password',
      email: 'selma-old@people.example',
      password,
    })
    expect(right.location()).toBe(`${product.origin}/attempts/${attemptId}`)
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
  })

  it('ends the attempt after ten wrong tries, and no proof is taken any more', async () => {
    const [browser, attemptId] = await begin('ten-tries')
    const codes: unknown[] = []
    const seconds: unknown[] = []
    for (let n = 0; n < 10; n++) {
      await rows('delete from rate_limits')
      const body = { kind: 'password', email: 'ada@acme.example', password: `wrong ${n}` }
      const answer = await prove(browser, attemptId, body)
      codes.push(answer.json()['code'])
      seconds.push(answer.json()['retry_after'] ?? 0)
    }
    expect(codes).toEqual([...Array<string>(9).fill('proof_invalid'), 'too_many_attempts'])
    expect(seconds.map((wait) => Number(wait) > 0)).toEqual([...Array<boolean>(9).fill(false), true])
    const late = await prove(browser, attemptId, { kind: 'password', email: 'ada@acme.example', password })
    expect(late.json()['code']).toBe('invalid_state')
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      outcome: { result: 'rejected', code: 'too_many_attempts' },
    })
    await rows('delete from rate_limits')
  })

  it('P75 answers alike for an address that nobody has', async () => {
    const known = await setPassword('ben@people.example')
    expect(known).not.toBe('')
    const answers: unknown[] = []
    for (const email of ['ben@people.example', 'nobody@people.example']) {
      const [browser, attemptId] = await begin(`prober-${answers.length}`)
      const { status, text } = await prove(browser, attemptId, { kind: 'password', email, password: 'wrong' })
      answers.push([status, text.replace(/[0-9a-f-]{36}/g, '')])
    }
    expect(answers[0]).toEqual(answers[1])
  })
})

describe('an account with a second factor', () => {
  it('P20, S96 waits for its code before anything is written, with the password or after it', async () => {
    const userId = await member('tova')
    await product.database.passwords.set(userId, await createPasswordHasher().hash(password))
    const secret = createTotp().newSecret()
    await rows('insert into user_totp (user_id, secret, confirmed_at) values ($1, $2, app.now())', [
      userId,
      product.dependencies.keyring.seal('totp', userId, secret),
    ])
    const [browser, attemptId] = await begin('tova-at-work')
    const email = 'tova@people.example'
    const wrong = await prove(browser, attemptId, { kind: 'password', email, password, otp: '000000' })
    expect(wrong.json()['code']).toBe('proof_invalid')
    const half = await prove(browser, attemptId, { kind: 'password', email, password })
    expect([half.status, half.json()['code']]).toEqual([403, 'second_factor_required'])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()['second_factor_required']).toBe(true)
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()['code']).toBe(
      'second_factor_required',
    )
    const otp = await generate({ secret })
    expect((await prove(browser, attemptId, { kind: 'password', email, password, otp })).status).toBe(201)
    const again = await prove(browser, attemptId, { kind: 'password', email, password, otp })
    expect(again.json()['code']).toBe('proof_invalid')
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
  })
})

describe('a code by mail', () => {
  it('S20, S24, S94, S95 opens the account that holds the address, and mails once for repeated posts (S51)', async () => {
    const userId = await member('milo')
    const [browser, attemptId] = await begin('milo')
    for (let n = 0; n < 3; n++) {
      const asked = await browser.submit(`/attempts/${attemptId}/proofs`, { kind: 'email' })
      expect(asked.location()).toBe(`${product.origin}/attempts/${attemptId}/proofs`)
    }
    const mail = await codeMail('milo@people.example')
    expect(mail.text).toContain('Acme Corporation')
    expect(mail.text).toContain('Demo Provider')
    expect(mail.text).toContain('m•••@p•••.example')
    expect((await browser.get(`/attempts/${attemptId}/proofs`)).text).toContain('name="code"')
    expect((await prove(browser, attemptId, { kind: 'email_code', code: mail.code })).json()).toMatchObject({
      kind: 'email',
      user_hint: maskedAddress('milo@people.example'),
      account: true,
    })
    const twice = await prove(browser, attemptId, { kind: 'email_code', code: mail.code })
    expect([twice.status, twice.json()['code']]).toEqual([409, 'proof_used'])
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      outcome: { how: 'merged', user_id: userId },
    })
    expect(
      mailsTo('milo@people.example').filter(({ categories }) => categories.includes('merge_proof')),
    ).toHaveLength(1)
  })

  it('P66 is dead after five wrong tries; a new one, after a minute, is another and voids it', async () => {
    await member('finn')
    const [browser, attemptId] = await begin('finn')
    const early = await prove(browser, attemptId, { kind: 'email_code', code: '123456' })
    expect([early.status, early.json()['code']]).toEqual([422, 'proof_invalid'])
    await prove(browser, attemptId, { kind: 'email' })
    const first = await codeMail('finn@people.example')
    const codes: unknown[] = []
    for (let n = 0; n < 5; n++) {
      const wrong = await prove(browser, attemptId, { kind: 'email_code', code: wrongCode(first.code) })
      codes.push(wrong.json()['retry_after'] ?? wrong.json()['code'])
    }
    expect(codes).toEqual([...Array<string>(4).fill('proof_invalid'), 60])
    expect((await prove(browser, attemptId, { kind: 'email_code', code: first.code })).json()['code']).toBe(
      'proof_expired',
    )
    await product.testDatabase.advanceClock(61_000)
    await prove(browser, attemptId, { kind: 'email' })
    const second = await codeMail('finn@people.example', 2)
    expect(second.link).not.toBe(first.link)
    expect(
      (
        await prove(browser, attemptId, {
          kind: 'email_code',
          code: second.code,
          email: 'anybody@people.example',
        })
      ).status,
    ).toBe(201)
  })

  it('is too old after ten minutes, and what it proved after fifteen', async () => {
    // The rows' own times: the clock of all would make each sign-in of this file too old.
    await member('late')
    const [browser, attemptId] = await begin('late')
    await prove(browser, attemptId, { kind: 'email' })
    const { code } = await codeMail('late@people.example')
    const challenge = async (expires: string) =>
      rows(`update email_challenges set expires_at = ${expires} where attempt_id = $1`, [attemptId])
    await challenge('app.now()')
    const old = await prove(browser, attemptId, { kind: 'email_code', code })
    expect([old.status, old.json()['code']]).toEqual([410, 'proof_expired'])

    await challenge(`created_at + interval '10 min'`)
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).status).toBe(201)
    await rows('update proofs set expires_at = app.now() where attempt_id = $1', [attemptId])
    const merged = await decide(browser, attemptId, { decision: 'merge' })
    expect([merged.status, merged.json()['code']]).toEqual([410, 'proof_expired'])
  })

  it('stands in the mail as six digits in a row, and no other six are in its HTML', async () => {
    const [browser, attemptId] = await begin('reader')
    await prove(browser, attemptId, { kind: 'email' })
    const { code } = await codeMail('reader@people.example')
    const [mail] = mailsTo('reader@people.example')
    const rest = (mail?.html ?? '').replace(/href="[^"]*"|>https?:[^<]*</g, '')
    expect(rest.match(/\d{6}/g)).toEqual([code])
  })

  it('S52, P49 is not mailed more than three times an hour to one address, and says when again', async () => {
    const [browser, attemptId] = await begin('lots')
    for (let n = 0; n < 3; n++) {
      expect((await prove(browser, attemptId, { kind: 'email' })).status).toBe(202)
      await product.testDatabase.advanceClock(61_000)
    }
    const refused = await prove(browser, attemptId, { kind: 'email' })
    expect([refused.status, refused.json()['code']]).toEqual([429, 'rate_limited'])
    const seconds = Number(refused.headers.get('retry-after'))
    expect(seconds).toBeGreaterThan(3000)
    expect((await browser.get(`/attempts/${attemptId}/proofs`)).status).toBe(200)
    const page = await browser.submit(`/attempts/${attemptId}/proofs`, { kind: 'email' })
    expect([page.status, page.text.includes('minutes')]).toEqual([429, true])
  })

  it('says the same for an address that nobody has, until the code has shown that it is the person’s own', async () => {
    await member('known')
    const answers: string[][] = []
    for (const name of ['known', 'strangeness']) {
      const [browser, attemptId] = await begin(name)
      const asked = await prove(browser, attemptId, { kind: 'email' })
      const page = await browser.get(`/attempts/${attemptId}/proofs`)
      const neutral = (text: string): string =>
        text
          .replaceAll(attemptId, 'ID')
          .replaceAll(name, 'NAME')
          .replace(/"20[^"]+Z"/g, '"TIME"')
      answers.push([`${asked.status}`, neutral(asked.text), neutral(page.text)])
      await codeMail(`${name}@people.example`)
    }
    expect(answers[0]).toEqual(answers[1])
  })

  it('proves an address that leads to no account here, and then only that: nothing is merged', async () => {
    const [browser, attemptId] = await begin('solo')
    await prove(browser, attemptId, { kind: 'email' })
    const { code } = await codeMail('solo@people.example')
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).json()).toMatchObject({
      account: false,
    })
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      proofs: [{ user_hint: 's•••@p•••.example' }],
    })
    expect((await browser.get(`/attempts/${attemptId}/proofs`)).text).toContain('leads to no account')
    expect((await decide(browser, attemptId, { decision: 'merge' })).json()).toMatchObject({
      code: 'proof_invalid',
    })
  })

  it('does not reach a holder who is neither a member nor invited', async () => {
    await member('outsider')
    const [browser, attemptId] = await begin('outsider', 'globex')
    await prove(browser, attemptId, { kind: 'email' })
    const { code } = await codeMail('outsider@people.example')
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).json()).toMatchObject({
      account: false,
    })
  })

  it('goes to a typed address where the provider sent none, which is fixed from then on', async () => {
    await member('typed')
    const [browser, attemptId] = await begin('noaddress')
    expect((await prove(browser, attemptId, { kind: 'email' })).json()['code']).toBe('email_invalid')
    expect((await prove(browser, attemptId, { kind: 'email', email: 'typed@people.example' })).status).toBe(
      202,
    )
    const other = await prove(browser, attemptId, { kind: 'email', email: 'ada@acme.example' })
    expect([other.status, other.json()['code'], other.json()['detail']]).toEqual([
      422,
      'proof_invalid',
      expect.stringContaining('A code goes only to the address of this sign-in.'),
    ])
    const spaced = await prove(browser, attemptId, { kind: 'email', email: ' typed@people.example' })
    expect([spaced.status, spaced.json()['code']]).toEqual([422, 'email_invalid'])
    const { code } = await codeMail('typed@people.example')
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).json()).toMatchObject({
      account: true,
    })
  })
})

describe('an account for somebody without an asserted address', () => {
  it('is made only with a typed address that a code has proved, which is verified then', async () => {
    const [browser, attemptId] = await begin('noaddress')
    const typed = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      email: 'noa@people.example',
      idempotency_key: 'k',
    })
    expect(typed.location()).toBe(`${product.origin}/attempts/${attemptId}/proofs`)
    expect(await rows('select from decisions where attempt_id = $1', [attemptId])).toEqual([])
    const { code } = await codeMail('noa@people.example')
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).status).toBe(201)
    const page = await browser.get(`/attempts/${attemptId}`)
    expect(page.text).not.toContain('name="email"')
    expect((await decide(browser, attemptId, { decision: 'create' })).json()).toMatchObject({
      outcome: { how: 'created' },
    })
    expect(
      await rows(
        'select canonical, verified_at is not null as verified from user_emails where canonical = $1',
        ['noa@people.example'],
      ),
    ).toEqual([{ canonical: 'noa@people.example', verified: true }])
    expect(mailsTo('noa@people.example')).toHaveLength(1)
  })
})

describe('the link of that mail', () => {
  it('S55, P46, P47, T34 says in another browser where to go on, and changes nothing; in the own one it proves, once', async () => {
    await member('lina')
    const [browser, attemptId] = await begin('lina')
    await prove(browser, attemptId, { kind: 'email' })
    const { link, code } = await codeMail('lina@people.example')
    const elsewhere = product.browser()
    for (const answer of [await elsewhere.get(link), await elsewhere.submit(link, {})])
      expect([answer.status, headline(answer)]).toEqual([200, 'Go back to your tab'])
    const looked = await browser.get(link)
    expect([looked.status, headline(looked)]).toEqual([200, 'Show that the account is yours'])
    expect(await rows('select from proofs where attempt_id = $1', [attemptId])).toEqual([])

    expect((await browser.submit(link, {})).location()).toBe(`${product.origin}/attempts/${attemptId}`)
    expect(await rows('select kind from proofs where attempt_id = $1', [attemptId])).toEqual([
      { kind: 'email' },
    ])
    const again = await browser.submit(link, {})
    expect([again.status, headline(again)]).toEqual([410, 'This link works no more'])
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).json()['code']).toBe('proof_used')
  })

  it('S55, T32 is worth nothing as another kind of token, nor are others as it', async () => {
    await member('kinds')
    const [browser, attemptId] = await begin('kinds')
    await prove(browser, attemptId, { kind: 'email' })
    const { link, notMe } = await codeMail('kinds@people.example')
    const [proof, stop] = [link.split('/').at(-1), notMe.split('/').at(-1)]
    const invalid = 'This link is none of ours'
    for (const path of [`/prove/${stop}`, `/not-me/${proof}`, '/prove/x', '/not-me/x', `/prove/${proof}x`]) {
      for (const answer of [await browser.get(path), await browser.submit(path, {})])
        expect([answer.status, headline(answer)]).toEqual([400, invalid])
    }
    expect((await browser.get(`/confirm/${proof}`)).status).toBe(400)
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({ outcome: null })
  })

  it('T34 “this was not me” ends the attempt, from any browser, by its button only', async () => {
    await member('victim')
    const [browser, attemptId] = await begin('victim')
    await prove(browser, attemptId, { kind: 'email' })
    const { notMe, code } = await codeMail('victim@people.example')
    const mailbox = product.browser()
    const page = await mailbox.get(notMe)
    expect([page.status, headline(page)]).toEqual([200, 'This was not you?'])
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({ outcome: null })
    for (let n = 0; n < 2; n++)
      expect(headline(await mailbox.submit(notMe, {}))).toBe('That sign-in has ended')
    expect((await browser.get(`/v1/attempts/${attemptId}`)).json()).toMatchObject({
      stage: 'ended',
      outcome: { result: 'cancelled' },
    })
    expect((await prove(browser, attemptId, { kind: 'email_code', code })).json()['code']).toBe(
      'invalid_state',
    )
    const tab = await browser.follow(
      await browser.submit(`/attempts/${attemptId}/proofs`, { kind: 'email_code', code }),
    )
    expect([tab.status, headline(tab)]).toEqual([200, 'This sign-in has ended'])
    const decided = await browser.submit(`/attempts/${attemptId}/decision`, {
      decision: 'create',
      idempotency_key: 'k',
    })
    expect(headline(await browser.follow(decided))).toBe('This sign-in has ended')
    const after = await mailbox.get(notMe)
    expect([headline(after), after.text.includes('<form')]).toEqual(['That sign-in has ended', false])
    expect(
      await rows(`select data from audit_events where attempt_id = $1 and event = 'attempt.ended'`, [
        attemptId,
      ]),
    ).toEqual([{ data: { result: 'cancelled', reason: 'not_me' } }])
  })
})

describe('an account without a password', () => {
  it('P23, S21, S85 of which the provider may vouch is offered the mail, and the password is folded away', async () => {
    const userId = await member('folded')
    await rows(`update user_emails set address = $2, canonical = $2 where user_id = $1`, [
      userId,
      'taro@acme.example',
    ])
    const [browser, attemptId] = await begin('taro')
    const page = (await browser.get(`/attempts/${attemptId}/proofs`)).text
    expect(page).toMatch(/<details[^>]*>(?:(?!<\/details>)[\s\S])*name="password"/)
    expect(page).not.toMatch(/<details[^>]*\bopen\b/)
  })
})

describe('a proof of another browser', () => {
  it('is none: the attempt answers to its own browser alone', async () => {
    const [, attemptId] = await begin('mine')
    const thief = product.browser()
    const answer = await prove(thief, attemptId, { kind: 'email' })
    expect([answer.status, answer.json()['code']]).toEqual([403, 'attempt_not_yours'])
  })
})
