import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { SupportDependencies } from '../../../api/support/dependencies.js'
import { createBrowser } from '../../support/browser.js'
import { startConsole } from '../../support/console.js'
import type { TestConsole } from '../../support/console.js'
import { lyingClient, startLyingProvider } from '../../support/lying-provider.js'
import type { LyingProvider } from '../../support/lying-provider.js'
import { headline } from '../../support/pages.js'
import { startProduct } from '../../support/product.js'
import type { Product } from '../../support/product.js'

let product: Product
let support: TestConsole
beforeAll(async () => {
  product = await startProduct()
  support = await startConsole(product)
})
afterAll(async () => {
  await support.stop()
  await product.stop()
})

describe('staff', () => {
  it('sign in at their own provider and see sign-ins; the session is theirs alone', async () => {
    const browser = await support.signedIn('sam')
    const page = await browser.get('/')
    expect(page.status).toBe(200)
    expect(page.text).toContain('Sam Support')
    expect([...browser.cookies.keys()]).toContain('__Host-staff-session')
    const signedOut = await browser.submit('/sign-out', {})
    expect(signedOut.location()).toBe(`${support.origin}/sign-in`)
    expect((await browser.get('/')).status).toBe(303)
  })

  it('T58 without a role are not let in, and get no session', async () => {
    const browser = createBrowser(support.origin)
    const answer = await browser.follow(await browser.submit('/sign-in', { login_hint: 'nora' }))
    expect(answer.status).toBe(403)
    expect(answer.text).toContain('It was noted that you tried')
    const { rows } = await product.testDatabase.pool.query(
      `select p.name, e.data, e.client_network from audit_events e join staff p on p.id::text = e.actor_id
       where e.event = 'staff.acted' and p.subject = 'nora'`,
    )
    const data = { route: 'GET /sign-in/callback', refused: 'forbidden' }
    expect(rows).toEqual([{ name: 'Nora Lind', data, client_network: '127.0.0.1' }])
    expect([...browser.cookies.keys()]).not.toContain('__Host-staff-session')
  })

  it('are sent to the sign-in page, and back to where they were going', async () => {
    const browser = createBrowser(support.origin)
    const asked = await browser.get('/mails?state=parked')
    expect(asked.location()).toBe(`${support.origin}/sign-in?return_to=%2Fmails%3Fstate%3Dparked`)
    const started = await browser.submit('/sign-in', { login_hint: 'sam', return_to: '/mails?state=parked' })
    expect((await browser.follow(started)).url).toBe(`${support.origin}/mails?state=parked`)
  })

  it('T50 need the state of this browser, once', async () => {
    const [one, other] = [createBrowser(support.origin), createBrowser(support.origin)]
    let answer = await one.submit('/sign-in', { login_hint: 'sam' })
    while (!answer.location().startsWith(`${support.origin}/sign-in/callback`))
      answer = await one.get(answer.location())
    const callback = answer.location()
    expect((await other.get(callback)).status).toBe(400)
    expect((await one.get(callback)).status).toBe(303)
    expect((await one.get(callback)).status).toBe(400)
  })

  it('are signed out after 30 minutes without a request', async () => {
    const browser = await support.signedIn('sam')
    await product.testDatabase.advanceClock(31 * 60_000)
    expect((await browser.get('/')).status).toBe(303)
  })

  it('whose provider fails see one page, and the log says what is wrong', async () => {
    const warned: object[] = []
    const log = { ...product.apiDependencies.log, warn: (what: object) => void warned.push(what) }
    const liar = await startLyingProvider()
    const { staffProvider, log: quiet } = support.dependencies
    Object.assign(support.dependencies, { staffProvider: { ...staffProvider, issuer: liar.issuer }, log })
    const browser = createBrowser(support.origin)
    const begun = await browser.submit('/sign-in', { login_hint: 'sam' })
    // Its client is another one than the console's.
    const refused = await browser.follow(begun)
    expect([refused.status, headline(refused)]).toEqual([502, 'The sign-in service did not answer properly'])
    await liar.close()
    Object.assign(support.dependencies, { staffProvider, log: quiet })
    expect(warned).toEqual([
      { providerId: 'staff', problem: 'provider_error', reason: expect.stringContaining('invalid_client') },
    ])
  })

  describe('whose provider says some claims in userinfo only', () => {
    let liar: LyingProvider
    let honest: Pick<SupportDependencies, 'staffProvider' | 'organizationsClaim'>
    beforeAll(async () => {
      liar = await startLyingProvider()
      const { staffProvider, organizationsClaim } = support.dependencies
      honest = { staffProvider, organizationsClaim }
      const { id: clientId, secret: clientSecret } = lyingClient
      const lying = { ...staffProvider, issuer: liar.issuer, clientId, clientSecret }
      Object.assign(support.dependencies, { staffProvider: lying })
    })
    afterAll(async () => {
      Object.assign(support.dependencies, honest)
      await liar.close()
    })

    /** What a person whom the provider speaks of like this may see; null where it is let in nowhere. */
    const seenBy = async (
      subject: string,
      said: { idToken?: object; userinfo?: object },
      organizationsClaim: string | null = null,
    ): Promise<string[] | null | undefined> => {
      Object.assign(support.dependencies, { organizationsClaim })
      liar.lie({
        claims: (claims) => ({ ...claims, ...said.idToken }),
        userinfo: (claims) => ({ ...claims, ...said.userinfo }),
      })
      const browser = createBrowser(support.origin)
      await browser.follow(await browser.submit('/sign-in', { login_hint: subject }))
      const { rows } = await product.testDatabase.pool.query<{ organizations: string[] | null }>(
        'select s.organizations from staff_sessions s join staff p on p.id = s.staff_id where p.subject = $1',
        [subject],
      )
      return rows[0]?.organizations
    }

    it('T59 are narrowed and given roles by them all the same', async () => {
      const roles = ['view']
      const narrowed = { idToken: { roles }, userinfo: { organizations: ['acme'] } }
      expect(await seenBy('told-elsewhere', narrowed)).toEqual(['acme'])
      expect(await seenBy('role-elsewhere', { userinfo: { roles } })).toBeNull()
      expect(await seenBy('no-role-anywhere', {})).toBeUndefined()
    })

    it('T59 see nothing without the claim that is said to narrow, and everything where it says so', async () => {
      const idToken = { roles: ['view'] }
      expect(await seenBy('unnarrowed', { idToken }, 'tenants')).toEqual([])
      expect(await seenBy('of-acme', { idToken: { ...idToken, tenants: ['acme'] } }, 'tenants')).toEqual([
        'acme',
      ])
      expect(await seenBy('of-all', { idToken: { ...idToken, tenants: ['*'] } }, 'tenants')).toBeNull()
    })
  })

  it('are no users of the product: a session there opens nothing here', async () => {
    const browser = createBrowser(support.origin)
    browser.cookies.set('__Host-session', 'x')
    expect((await browser.get('/v1/support/attempts', { accept: 'application/json' })).status).toBe(401)
  })
})
