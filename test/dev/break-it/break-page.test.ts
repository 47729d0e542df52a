import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { startBreakServer } from '../../../dev/break-it/break-server.js'
import { launchChromium } from '../../../dev/chromium.js'
import { startMailSink, type MailSink } from '../../../dev/demo/sink.js'
import { startProcess } from '../../../dev/process.js'
import { createServices, type Services } from '../../../dev/services.js'
import { pageFaults } from '../../journey/page-faults.js'

const log = { info: () => undefined, warn: () => undefined }
const nowhere = 'http://127.0.0.1:9'

/** The page with processes that do nothing in the place of the stack's, so that whoever signs in waits. */
describe('the page that breaks the stack', () => {
  let dataDir: string
  let inbox: MailSink
  let services: Services
  let browser: Browser
  let address: string

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'break-page-'))
    inbox = await startMailSink({ port: 0, apiKey: 'SG.key', apiOrigin: nowhere, dataDir, log })
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await inbox.close()
    rmSync(dataDir, { recursive: true })
  })
  beforeEach(async () => {
    services = createServices({ show: () => undefined, spawned: () => undefined })
    for (const name of ['worker', 'api', 'postgres']) {
      await services.keep(name, async (spawned) => {
        const sleeper = await startProcess({
          command: 'sleep',
          args: ['60'],
          cwd: '/',
          env: process.env,
          output: '/dev/null',
          stopSignal: 'SIGTERM',
          graceMs: 1000,
        })
        spawned(sleeper)
        return sleeper
      })
    }
    const links = { api: nowhere, inbox: inbox.url, temporalUi: null }
    address = await startBreakServer({ port: 0, services, ...links })
  })
  afterEach(() => services.stop())

  const openPage = async (options: { javaScriptEnabled: boolean }): Promise<Page> => {
    const context = await browser.newContext(options)
    const page = await context.newPage()
    await page.goto(address)
    return page
  }
  const press = (page: Page, button: string): Promise<void> =>
    page.getByRole('button', { name: button }).click()

  it.each([
    ['with its script', true],
    ['without scripts, by posted forms and loaded anew every 2 s', false],
  ])('%s ends parts, shows who waits, and brings all back', async (_, javaScriptEnabled) => {
    const page = await openPage({ javaScriptEnabled })
    await press(page, 'Postgres: Stop')
    await page.getByText(/^gone, back in \d s$/).waitFor()
    await press(page, 'Mail: Answer 500')
    await page.getByText(/^answers 500, for \d s more$/).waitFor()
    expect((await (await fetch(`${inbox.url}/faults`)).json()) as unknown).toMatchObject({ mode: '500' })

    await press(page, 'One more, now')
    await page
      .getByText(/^on the way for \d s, \d+ reloads$/)
      .first()
      .waitFor()

    await press(page, 'All well again')
    await page
      .getByText(/^(gone, back|answers 500)/)
      .first()
      .waitFor({ state: 'detached' })
    expect((await (await fetch(`${inbox.url}/faults`)).json()) as unknown).toMatchObject({ mode: 'ok' })
    expect(services.condition('postgres')).toEqual({ state: 'up' })
    await page.context().close()
  })

  it('is usable for everybody while things are broken', async () => {
    const page = await openPage({ javaScriptEnabled: true })
    await press(page, 'Worker: Kill')
    await press(page, 'Mail: Answer 500')
    await press(page, 'One more, now')
    await page
      .getByText(/reloads$/)
      .first()
      .waitFor()
    expect(await pageFaults(page)).toEqual([])
    await page.context().close()
  })

  it('leaves alone what is not ours', async () => {
    const page = await openPage({ javaScriptEnabled: true })
    await page.getByText('your own, left alone').waitFor()
    expect(await page.getByRole('button', { name: 'Temporal: Kill' }).count()).toBe(0)
    await page.context().close()
  })

  it('takes no form from another site, and knows its parts', async () => {
    const post = async (path: string, headers = {}): Promise<number> =>
      (await fetch(new URL(path, address), { method: 'POST', headers, redirect: 'manual' })).status
    expect(await post('/parts/api', { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await post('/parts/supervisor')).toBe(404)
    expect(services.condition('api')).toEqual({ state: 'up' })
  })
})
