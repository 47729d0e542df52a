import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { checkedReturnPath } from '../../domain/return-path.js'
import { closeLyingProviders, connectLyingProvider } from '../support/connected-provider.js'
import type { ConnectedProvider } from '../support/connected-provider.js'
import { attemptIdOf, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { foreignReturnUrls, ownReturnUrls } from '../support/return-urls.js'

describe('a return path', () => {
  const checked = (text: string | undefined): string =>
    checkedReturnPath(text, 'https://sign-in.example', '/account')

  it.each(foreignReturnUrls.map((url) => [JSON.stringify(url).slice(0, 60), url]))(
    'A10 never leads away: %s',
    (_name, url) => {
      expect(checked(url)).toBe('/account')
    },
  )

  it.each(ownReturnUrls)('P73 is kept where it is ours: %s', (url, path) => {
    expect(checked(url)).toBe(path)
  })

  it('is the account where none was given', () => {
    expect(checked(undefined)).toBe('/account')
  })
})

describe('a whole sign-in', () => {
  let product: Product
  let provider: ConnectedProvider
  beforeAll(async () => {
    product = await startProduct()
    provider = await connectLyingProvider(product)
    const browser = product.browser()
    const attemptId = attemptIdOf(await provider.signIn(browser, 'returner'))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
  })
  afterAll(async () => {
    await closeLyingProviders()
    await product.stop()
  })

  /** Where a known person ends up who wanted to go to `url`. */
  const endOf = async (url: string): Promise<string | null> => {
    const browser = product.browser()
    const started = await browser.submit(provider.startPath, { login_hint: 'returner', return_to: url })
    expect(started.status).toBe(303)
    const back = await browser.get((await browser.get(started.location())).location())
    expect(back.status).toBe(303)
    return back.headers.get('location')
  }

  it('A10 ends at our own origin for each of 60 addresses', async () => {
    expect(foreignReturnUrls.length).toBeGreaterThanOrEqual(60)
    const ends = []
    for (const url of foreignReturnUrls) ends.push(await endOf(url))
    expect(new Set(ends)).toEqual(new Set(['/account']))
  })

  it('P73 ends where the person wanted to go, if that is ours', async () => {
    for (const [url, path] of ownReturnUrls) expect(await endOf(url)).toBe(path)
  })

  it('P73 also where the address that is posted to says so; what the body says counts first', async () => {
    const query = 'login_hint=in-the-query&return_to=%2Freports'
    for (const [body, where] of [
      [{}, '/reports'],
      [{ return_to: '/elsewhere', login_hint: 'in-the-body' }, '/elsewhere'],
    ] as const) {
      const browser = product.browser()
      const started = await browser.submit(`/sso/acme/demo?${query}`, body)
      expect(new URL(started.location()).searchParams.get('login_hint')).toBe(
        'login_hint' in body ? body.login_hint : 'in-the-query',
      )
      let answer = await browser.get(started.location())
      while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
      const attemptId = attemptIdOf(await browser.get(answer.location()))
      const form = { decision: 'create', idempotency_key: 'k' }
      const decided = await browser.submit(`/attempts/${attemptId}/decision`, form)
      expect(decided.headers.get('location')).toBe(where)
    }
  })

  it('P73, S31 by the JSON API and after a decision, too', async () => {
    for (const [url, path] of [
      ['//evil.example', '/account'],
      ['/reports', '/reports'],
    ] as const) {
      const browser = product.browser()
      const started = await browser.postJson('/v1/attempts', {
        organization: 'acme',
        provider: 'demo',
        return_to: url,
        login_hint: `to-${path.slice(1)}`,
      })
      let answer = await browser.get(String(started.json()['authorization_url']))
      while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
      const attemptId = attemptIdOf(await browser.get(answer.location()))
      const decided = await browser.submit(`/attempts/${attemptId}/decision`, {
        decision: 'create',
        idempotency_key: 'k',
      })
      expect(decided.headers.get('location')).toBe(path)
    }
  })

  it('ends at a registered return path of an application of the organization, and at none of another one', async () => {
    const { applications, organizations } = product.database
    for (const [slug, origin] of [
      ['acme', 'https://shop.example'],
      ['globex', 'https://globex.example'],
    ] as const) {
      const organizationId = (await organizations.find(slug))?.id ?? ''
      await applications.save({ organizationId, name: 'ends', displayName: '', origin, returnPaths: ['/in'] })
    }
    expect(await endOf('https://shop.example/in?cart=7')).toBe('https://shop.example/in?cart=7')
    for (const other of ['https://globex.example/in', 'https://shop.example/out', 'https://shop.example'])
      expect(await endOf(other)).toBe('/account')
  })

  it('is offered again after an error, and still checked', async () => {
    const page = await product.browser().get('/sso/acme?return_to=https%3A%2F%2Fevil.example')
    expect([page.status, page.text.includes('href="https://evil.example"')]).toEqual([200, false])
  })
})
