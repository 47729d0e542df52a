import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../dev/chromium.js'
import { eventually, startProduct, type Product } from '../support/product.js'
import { pageFaults } from './page-faults.js'

describe('a newcomer with a browser', () => {
  let product: Product
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let complaints: string[]

  beforeAll(async () => {
    const starting = [startProduct(), launchChromium()] as const
    await Promise.allSettled(starting)
    ;[product, browser] = await Promise.all(starting)
  })
  afterAll(async () => {
    await browser.close()
    await product.stop()
  })
  afterEach(() => context.close())

  const servers: Server[] = []
  afterAll(() => {
    for (const server of servers) server.close()
  })
  /** An application's own page, at an origin of its own on the site of the product. */
  const serveOwnPages = async (): Promise<string> => {
    const text = readFileSync(new URL('../../docs/examples/own-pages.html', import.meta.url), 'utf8')
    const html = text.replace('https://sign-in.example', product.origin)
    const server = createServer((_, response) =>
      response.setHeader('content-type', 'text/html; charset=utf-8').end(html),
    )
    servers.push(server)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const openBrowser = async (options: { javaScriptEnabled: boolean }): Promise<void> => {
    context = await browser.newContext({ locale: 'en', ...options })
    page = await context.newPage()
    complaints = []
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${page.url()}: ${message.text()}`)
    })
  }
  const arriveAt = (heading: string): Promise<void> =>
    page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
  const press = (button: string): Promise<void> => page.getByRole('button', { name: button }).click()

  /** From the organization's page over the provider's to the question what shall be done. */
  const goToDecision = async (persona: string): Promise<void> => {
    await page.goto(`${product.origin}/sso/acme`)
    await arriveAt('Sign in to Acme Corporation')
    await press('Continue with Demo Provider')
    await arriveAt('Choose who you are')
    await press(persona)
    await arriveAt('You are new here')
  }
  /** From the new account over the inbox to the confirmed address; `look` is called on each page. */
  const confirm = async (address: string, look = () => Promise.resolve()): Promise<void> => {
    await arriveAt('Your account')
    await page.getByText('Not confirmed', { exact: true }).waitFor()
    await look()
    await eventually(() => product.inbox.messages().find(({ to }) => to === address))
    await page.goto(product.inbox.url)
    await arriveAt('Inbox')
    await look()
    await page.getByRole('link', { name: address }).click()
    await arriveAt('Confirm your address for Acme Corporation')
    await look()
    await page.frameLocator('iframe').getByRole('link', { name: 'Confirm my address' }).click()
    await arriveAt('Is this your address?')
    await look()
    await press('Yes, this is my address')
    await arriveAt('Thank you, your address is confirmed')
    await look()
    await page.getByRole('link', { name: 'To my account' }).click()
    await arriveAt('Your account')
    await page.getByText('Confirmed', { exact: true }).waitFor()
    await look()
  }

  it('finds every page usable, in light and dark, on a wide and a narrow screen', async () => {
    await openBrowser({ javaScriptEnabled: true })
    const faults: string[] = []
    const look = async (): Promise<void> => {
      faults.push(...(await pageFaults(page)))
    }
    await page.goto(product.issuer)
    await arriveAt('Try a sign-in')
    await look()
    await page.getByRole('link', { name: 'Sign in to Acme Corporation' }).click()
    await arriveAt('Sign in to Acme Corporation')
    await look()
    await press('Continue with Demo Provider')
    await arriveAt('Choose who you are')
    await look()
    await press('Nora, unknown here')
    await arriveAt('You are new here')
    await page.getByText('nora@people.example').waitFor()
    await look()
    await press('Create my account')
    await confirm('nora@people.example', look)
    expect(faults).toEqual([])
    expect(complaints).toEqual([])
  })

  it('gets there by the link of a persona, which asks nothing at the provider', async () => {
    await openBrowser({ javaScriptEnabled: true })
    await page.goto(product.issuer)
    await page.getByRole('link', { name: 'Taro, from acme’s own domain' }).click()
    await arriveAt('Sign in to Acme Corporation')
    expect(await pageFaults(page)).toEqual([])
    await press('Continue with Demo Provider')
    await arriveAt('You are new here')
    await page.getByText('taro@acme.example').waitFor()
    expect(complaints).toEqual([])
  })

  it('goes the whole way without JavaScript', async () => {
    await openBrowser({ javaScriptEnabled: false })
    await goToDecision('Ivy, invited to acme')
    await press('Create my account')
    await confirm('ivy@people.example')
    expect(complaints).toEqual([])
    expect(complaints).toEqual([])
  })

  it('decides with the keyboard alone', async () => {
    await openBrowser({ javaScriptEnabled: true })
    await goToDecision('Noa, without an address')
    const stops: string[] = []
    const tabTo = async (name: string): Promise<void> => {
      const wanted = stops.length + 15
      while (stops.at(-1) !== name && stops.length < wanted) {
        await page.keyboard.press('Tab')
        stops.push(await focused(page))
      }
      expect(stops).toContain(name)
    }
    await tabTo('Your e-mail address')
    await page.keyboard.type('noa@people.example')
    await tabTo('Create my account')
    await page.keyboard.press('Enter')
    // Nothing depends on an address that was only typed: a code proves it first.
    const code = page.getByLabel('Six-digit code')
    await code.waitFor()
    const mail = await eventually(() =>
      product.inbox.messages().find(({ to }) => to === 'noa@people.example'),
    )
    await code.focus()
    await page.keyboard.type(/\b\d{6}\b/.exec(mail.text ?? '')?.[0] ?? '')
    await page.keyboard.press('Enter')
    await arriveAt('You are new here')
    stops.length = 0
    await tabTo('Create my account')
    await page.keyboard.press('Enter')
    await arriveAt('Your account')
    await page.getByText('Confirmed', { exact: true }).waitFor()
    expect(stops[0]).toBe('Skip to the content')
    expect(complaints).toEqual([])
  })
  it('goes through docs/examples/own-pages.html, and no other origin gets a word', async () => {
    const { applications, organizations } = product.database
    const shop = await serveOwnPages()
    const organizationId = (await organizations.find('acme'))?.id ?? ''
    const application = { organizationId, name: 'shop', displayName: 'Shop', origin: shop }
    await applications.save({ ...application, returnPaths: ['/sign-in'] })

    await openBrowser({ javaScriptEnabled: true })
    const signIn = async (): Promise<void> => {
      await arriveAt('Welcome to the Web Shop')
      await press('Sign in')
      await arriveAt('Choose who you are')
      await press('Vera, one of the twins')
    }
    await page.goto(`${shop}/sign-in`)
    await signIn()
    await arriveAt('You are new here, Vera Twin')
    expect(new URL(page.url()).origin).toBe(shop)
    await press('Create an account')
    await arriveAt('Hello Vera Twin')
    await page.reload()
    await arriveAt('Hello Vera Twin')

    const ask = (path: string): Promise<unknown> =>
      page.evaluate(
        `fetch('${product.origin}${path}', { credentials: 'include' }).then((it) => it.status, String)`,
      )
    expect([await ask('/v1/session'), await ask('/v1/me')]).toEqual([200, 'TypeError: Failed to fetch'])
    for (const other of [await serveOwnPages(), shop.replace('127.0.0.1', 'localhost')]) {
      await page.goto(other)
      expect(await ask('/v1/session')).toBe('TypeError: Failed to fetch')
    }

    await page.goto(`${shop}/sign-in`)
    await press('Sign out')
    await signIn()
    await arriveAt('Hello Vera Twin')
  })
})

/** What a person at the keyboard calls the element that has the focus: its label, or its own words. */
function focused(page: Page): Promise<string> {
  return page.evaluate('(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()')
}
