import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchChromium } from './chromium.js'
import { projectRoot, stackPaths } from './paths.js'
import type { StackFile } from './stack-file.js'

/** `npm run pictures`: takes the pictures of README.md and docs/ from the running stack, in which nobody knows Nora yet. */
const root = projectRoot()
const folder = join(root, 'docs', 'images')
const thinkingMs = 1500

function readStack(): StackFile {
  try {
    return JSON.parse(readFileSync(stackPaths(root).stack, 'utf8')) as StackFile
  } catch {
    throw new Error('The stack is not running. Start it with `npm start -- --fresh` in another terminal.')
  }
}

const picture = (name: string): string => join(folder, `${name}.png`)

async function openPage(browser: Browser, width: number, options: BrowserContextOptions = {}): Promise<Page> {
  const viewport = { width, height: 800 }
  const context = await browser.newContext({ colorScheme: 'light', locale: 'en', viewport, ...options })
  return context.newPage()
}

/** Nora's first sign-in, with a picture of the question and one of the mail. @returns the attempt's id */
async function takeSignIn(page: Page, { api, inbox }: StackFile): Promise<string> {
  await page.goto(`${api}/sso/acme/demo?login_hint=nora`)
  await page.getByRole('button', { name: 'Continue with' }).click()
  const create = page.getByRole('button', { name: 'Create my account' })
  await create.waitFor().catch(() => {
    throw new Error('Nora has an account already. Start anew with `npm start -- --fresh`.')
  })
  const attemptId = page.url().split('/').at(-1) ?? ''
  await page.screenshot({ path: picture('decision'), fullPage: true })
  await sleep(thinkingMs)
  await create.click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()

  await sleep(thinkingMs)
  await page.setViewportSize({ width: 760, height: 900 })
  await page.goto(inbox)
  await page.getByRole('link', { name: 'nora@people.example' }).click()
  const mail = page.frameLocator('iframe')
  // The link itself need not be seen.
  const link = await mail.getByText('If the button does not work').boundingBox()
  const clip = { x: 0, y: 0, width: 760, height: Math.floor(link?.y ?? 800) }
  await page.screenshot({ path: picture('mail'), clip })
  await mail.getByRole('link', { name: 'Confirm my address' }).click()
  await page.getByRole('button', { name: 'Yes, this is my address' }).click()
  await page.getByRole('heading', { name: 'Thank you' }).waitFor()
  return attemptId
}

/** The page on which somebody proves an account: nothing is decided, so it may be taken again. */
async function takeProof(page: Page, { api }: StackFile): Promise<void> {
  await page.goto(`${api}/sso/acme/demo?login_hint=ada`)
  await page.getByRole('button', { name: 'Continue with' }).click()
  await page.getByRole('link', { name: 'Use my account' }).click()
  await page.getByRole('heading', { name: 'Show us that the account is yours' }).waitFor()
  await page.screenshot({ path: picture('proof'), fullPage: true })
}

/** What support sees of a sign-in. */
async function takeConsole(page: Page, { support }: StackFile, attemptId: string): Promise<void> {
  await page.goto(`${support}/sign-in?login_hint=alva`)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Sign-ins' }).waitFor()
  await page.goto(`${support}/attempts/${attemptId}`)
  await page.getByRole('heading', { name: 'Sign-in', exact: true }).waitFor()
  await page.screenshot({ path: picture('console') })
}

/** The history of the run, as it tells the story: ascending, without the workflow tasks. */
async function takeRun(page: Page, temporalUi: string, attemptId: string): Promise<void> {
  await page.goto(`${temporalUi}/namespaces/default/workflows`)
  await page
    .getByRole('link', { name: new RegExp(attemptId) })
    .first()
    .click()
  await page.waitForURL('**/timeline')
  await page.goto(page.url().replace(/timeline$/, 'history'))
  await page.getByText('Compact', { exact: true }).click()
  await page.getByText('Descending', { exact: true }).click()
  await page.getByText('the address is confirmed').first().waitFor()
  await page.mouse.move(0, 0)
  // The table alone: what stands above it is encrypted, and tells that this browser has no key.
  await page
    .getByRole('table')
    .last()
    .screenshot({ path: picture('temporal-run') })
}

/** People on their way while Postgres is away. */
async function takeBreakIt(page: Page, address: string): Promise<void> {
  await page.goto(address)
  await page
    .getByText(/^confirmed after/)
    .nth(2)
    .waitFor()
  await page.locator('.under-way .now', { hasText: 'Decides' }).waitFor()
  await page.getByRole('button', { name: 'Postgres: Stop' }).click()
  await page.getByText(/^on the way for 6 s/).waitFor()
  await page.mouse.move(0, 0)
  await page.screenshot({ path: picture('break-it'), fullPage: true })
  await page.getByRole('button', { name: 'All well again' }).click()
}

async function takePictures(): Promise<void> {
  const stack = readStack()
  mkdirSync(folder, { recursive: true })
  const browser = await launchChromium()
  try {
    const attemptId = await takeSignIn(await openPage(browser, 760, { deviceScaleFactor: 2 }), stack)
    await takeProof(await openPage(browser, 760), stack)
    await takeConsole(await openPage(browser, 1100), stack, attemptId)
    if (stack.temporal_ui !== null) {
      const page = await openPage(browser, 1600, { viewport: { width: 1600, height: 1400 } })
      await takeRun(page, stack.temporal_ui, attemptId)
    }
    await takeBreakIt(await openPage(browser, 1200), stack.break_it)
  } finally {
    await browser.close()
  }
  console.log(`The pictures are in ${folder}.`)
}

await takePictures().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
