import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { generate } from 'otplib'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchChromium } from '../../dev/chromium.js'
import { personas } from '../../dev/demo/personas.js'
import { seedPeople } from '../../dev/seed-people.js'
import { testKeys } from '../support/keys.js'
import { eventually, startProduct, type Product } from '../support/product.js'
import { pageFaults } from './page-faults.js'

const personaOf = (id: (typeof personas)[number]['id']) => {
  const persona = personas.find((one) => one.id === id)
  if (persona === undefined || !('password' in persona)) throw new Error(`${id} has no password`)
  return { email: persona.claims.email, ...persona }
}

describe('everything that may be chosen about an identity nobody knows', () => {
  let product: Product
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let faults: string[]

  beforeAll(async () => {
    const starting = [startProduct(), launchChromium()] as const
    await Promise.allSettled(starting)
    ;[product, browser] = await Promise.all(starting)
    await seedPeople({ databaseUrl: product.testDatabase.url, issuer: product.issuer, keys: testKeys })
  })
  afterAll(async () => {
    await browser.close()
    await product.stop()
  })
  afterEach(() => context.close())

  const openBrowser = async (): Promise<void> => {
    context = await browser.newContext({ locale: 'en' })
    page = await context.newPage()
    faults = []
    page.on('pageerror', ({ message }) => faults.push(message))
    page.on('console', (message) => {
      // What a browser refuses to do, such as a form that leads where the page's policy does not allow.
      if (message.text().includes('Content Security Policy')) faults.push(message.text())
    })
  }
  const press = (button: string): Promise<void> =>
    page.getByRole('button', { name: button, exact: true }).click()
  const lookedAt = new Set<string>()
  /** Waits for a page, and looks at it where it has not been seen with these forms. */
  const arriveAt = async (heading: string): Promise<void> => {
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
    const seen = `${heading} ${await page.locator('form, input').count()}`
    if (lookedAt.has(seen)) return
    lookedAt.add(seen)
    faults.push(...(await pageFaults(page)))
  }
  const arriveAs = async (persona: string, organization = 'acme'): Promise<void> => {
    await page.goto(`${product.origin}/sso/${organization}/demo?login_hint=${persona}`)
    await page.getByRole('button', { name: 'Continue with Demo Provider' }).click()
  }
  const proveByPassword = async ({ email, password }: ReturnType<typeof personaOf>): Promise<void> => {
    await page.getByRole('link', { name: 'Use my account' }).click()
    await arriveAt('Show us that the account is yours')
    await page.getByLabel('E-mail address of the account').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await press('Check the password')
  }

  it('creates an account, whose pages are all usable', async () => {
    await openBrowser()
    await arriveAs('nora')
    await arriveAt('You are new here')
    await press('Create my account')
    await arriveAt('Your account')
    for (const [link, heading] of [
      ['Sign-in', 'How you sign in'],
      ['Devices', 'Where you are signed in'],
      ['Activity', 'What happened'],
    ] as const) {
      await page.getByRole('link', { name: link, exact: true }).click()
      await arriveAt(heading)
    }
    expect(faults).toEqual([])
  })

  it('connects to the account that is signed in here, once that was proved anew', async () => {
    await openBrowser()
    await arriveAs('grace', 'globex')
    await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor()
    await product.testDatabase.pool.query(
      `update sessions set authenticated_at = app.now() - interval '20 min' where user_id =
         (select user_id from user_emails where canonical = 'grace@globex.example')`,
    )
    await arriveAs('greta', 'globex')
    await arriveAt('This is new to us')
    await page.getByRole('button', { name: 'Continue with Demo Provider' }).click()
    await page.getByRole('button', { name: 'Grace, owner of globex' }).click()
    await page.getByRole('checkbox').check()
    await press('Connect')
    await arriveAt('Your account')
    await page.getByRole('link', { name: 'Sign-in', exact: true }).click()
    await page.getByText('greta@people.example').waitFor()
    expect(faults).toEqual([])
  })

  it('joins an account by its password and the code of its app', async () => {
    await openBrowser()
    const ada = personaOf('ada')
    await arriveAs('ada')
    await arriveAt('There is an account already')
    await proveByPassword(ada)
    await arriveAt('One more step')
    await page.getByLabel('Code from your app').fill('000000')
    await press('Continue')
    await page.getByText('This code is not right').first().waitFor()
    await page
      .getByLabel('Code from your app')
      .fill(await generate({ secret: 'totpSecret' in ada ? ada.totpSecret : '' }))
    await press('Continue')
    await arriveAt('Connect it to this account?')
    await press('Connect')
    await arriveAt('Your account')
    await page.getByText('Ada Admin').first().waitFor()
    expect(faults).toEqual([])
  })

  it('joins an account in the place of the identity it had, when the person says so', async () => {
    await openBrowser()
    await arriveAs('chris')
    await page.getByRole('heading', { level: 1, name: 'There is an account already' }).waitFor()
    await proveByPassword(personaOf('chris'))
    await arriveAt('Connect it to this account?')
    await press('Connect')
    expect(await page.locator('input[name=replace]:invalid').count()).toBe(1)
    await page.getByRole('checkbox').check()
    await press('Connect')
    await arriveAt('Your account')
    expect(faults).toEqual([])
  })

  it('goes with a fresh account into the one that was there before', async () => {
    await openBrowser()
    await arriveAs('frieda')
    await press('Create my account')
    await arriveAt('Your account')
    await page.getByRole('link', { name: 'I already had an account' }).click()
    await arriveAt('You already had an account?')
    await press('Show my former account')
    await arriveAt('Show us that the account is yours')
    await page.getByRole('link', { name: 'Back to the choice' }).click()
    await arriveAt('You already had an account?')
    await page.getByRole('link', { name: 'Show my former account' }).click()
    const { email, password } = personaOf('chris')
    await page.getByLabel('E-mail address of the account').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await press('Check the password')
    await arriveAt('You already had an account?')
    await press('Join my accounts')
    expect(await page.locator('input[name=replace]:invalid').count()).toBe(1)
    await page.getByRole('checkbox').check()
    await press('Join my accounts')
    await arriveAt('Your account')
    await page.getByText(email).first().waitFor()
    expect(faults).toEqual([])
  })

  it('joins an account by a code mailed to its address', async () => {
    await openBrowser()
    await arriveAs('cleo')
    await page.getByRole('link', { name: 'Use my account' }).click()
    await arriveAt('Show us that the account is yours')
    await press('Send me a code')
    await page.getByLabel('Six-digit code').waitFor()
    const mail = await eventually(() => product.inbox.messages().find(({ to }) => to === 'cleo@acme.example'))
    await page.getByLabel('Six-digit code').fill('12 34')
    await press('Check the code')
    await arriveAt('Show us that the account is yours')
    await page.getByText('This is not the code of our newest mail').first().waitFor()
    await page.getByLabel('Six-digit code').fill(/\b\d{6}\b/.exec(mail.text ?? '')?.[0] ?? '')
    await press('Check the code')
    await arriveAt('Connect it to this account?')
    await press('Connect')
    await arriveAt('Your account')
    await page.getByText('Cleo Carter').first().waitFor()
    expect(faults).toEqual([])
  })

  it('leads whoever is refused to somebody who can help', async () => {
    await openBrowser()
    await arriveAs('sid')
    await arriveAt('This account is suspended')
    await arriveAs('ina')
    await arriveAt('There is an account already')
    await page.getByRole('link', { name: 'Use my account' }).click()
    await page.getByText('contact the support of your organization').waitFor()
    expect(faults).toEqual([])
  })
})
