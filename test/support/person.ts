import { randomInt } from 'node:crypto'
import type { MailSink } from '../../dev/demo/sink.js'
import { createBrowser } from './browser.js'
import type { Answer, Browser } from './browser.js'

export interface PersonParts {
  readonly origin: string
  readonly inbox: MailSink
  /** Milliseconds after which somebody gives up; a minute where absent. */
  readonly patience?: number
}

/** How a person's sign-in ended, as the person saw it. */
export interface SeenEnd {
  readonly signedIn: boolean
  readonly confirmed: boolean
  /** How often the person had to begin at the provider. */
  readonly starts: number
  /** Answers of 500 and above, after each of which the person tried again. */
  readonly serverErrors: number
}

const aMinute = 60_000

/** People come from everywhere: what one client network may cause of mails would be used up by a campaign. */
export const anyNetwork = (): string => `10.${randomInt(256)}.${randomInt(256)}.${randomInt(1, 255)}`

/**
 * A person who signs in as somebody new, creates an account and confirms the address, and who does what people do when a page
 * does not come: press reload, or the same button again. Ends when all is done, or when patience does.
 */
export const signInAsNewPerson = async (
  { origin, inbox, patience = aMinute }: PersonParts,
  name: string,
  browser = createBrowser(origin, anyNetwork()),
): Promise<SeenEnd> => {
  const until = Date.now() + patience
  let serverErrors = 0
  const insist = insistUntil(until, name, () => serverErrors++)
  let starts = 0
  let page = ''
  while (page === '') {
    starts++
    page = await throughProvider(browser, insist, name)
  }
  await decide(browser, insist, page)
  const session = await insist('session', () => browser.get('/v1/session', { accept: 'application/json' }))

  const link = await insistOnMail(inbox, name, until)
  const confirmation = await insist('confirm', () => browser.submit(link, {}))
  return {
    signedIn: session.status === 200,
    confirmed: [200, 409].includes(confirmation.status),
    starts,
    serverErrors,
  }
}

/**
 * Connects the same person's identity at the other organization to the account that the browser is signed in to, with the same
 * patience.
 * @returns how often the person had to begin at the provider
 */
export const linkElsewhere = async (browser: Browser, name: string): Promise<number> => {
  const insist = insistUntil(Date.now() + aMinute, name)
  for (let starts = 1; ; starts++) {
    const page = await throughProvider(browser, insist, name, '/sso/globex/demo')
    if (page === '') continue
    await decide(browser, insist, page, 'link')
    return starts
  }
}

const insistUntil =
  (until: number, name: string, onServerError: () => void = () => undefined): Insist =>
  async (step, act, enough = () => true) => {
    for (;;) {
      const answer = await act().catch(() => null)
      if (answer !== null && answer.status < 500 && enough(answer)) return answer
      if (answer !== null && answer.status >= 500) onServerError()
      if (Date.now() > until)
        throw new Error(`${name} gave up at "${step}": ${answer?.status} ${readable(answer?.text)}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }

type Insist = (
  step: string,
  act: () => Promise<Answer>,
  enough?: (answer: Answer) => boolean,
) => Promise<Answer>

/** What a person would read of a page. */
const readable = (html = ''): string =>
  html
    .replace(/<(style|head)[^]*?<\/\1>|<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .slice(0, 500)

/** To the provider and back. @returns the attempt's page; empty where the answer was used up and the person must begin again */
const throughProvider = async (
  browser: Browser,
  insist: Insist,
  name: string,
  start = '/sso/acme/demo',
): Promise<string> => {
  const started = await insist('start', () => browser.submit(start, { login_hint: name }))
  let answer = await browser.get(started.location())
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  const callback = answer.location()
  const back = await insist('callback', () => browser.get(callback))
  if (back.status !== 303) return ''
  const page = new URL(back.location()).pathname
  if (!page.startsWith('/attempts/')) return page
  const shown = await insist('decision page', () => browser.get(page))
  return shown.text.includes('name="decision"') ? page : ''
}

/** Presses one button, the same with the same key until it is answered, then goes on as the pages lead. */
const decide = async (browser: Browser, insist: Insist, page: string, decision = 'create'): Promise<void> => {
  if (!page.startsWith('/attempts/')) return
  const shown = await insist('decision page', () => browser.get(page))
  const key = /name="idempotency_key" value="([^"]+)"/.exec(shown.text)?.[1] ?? ''
  const decided = await insist('decide', () =>
    browser.submit(`${page}/decision`, { decision, idempotency_key: key }),
  )
  if (!decided.location().endsWith(page)) return
  // Still finishing, or ended while the answer was lost: the page knows.
  await insist(
    'finish',
    () => browser.get(page),
    (now) => now.text.includes(`${page}/session`),
  )
  await insist('continue', () => browser.submit(`${page}/session`, {}))
}

const insistOnMail = async (inbox: MailSink, name: string, until: number): Promise<string> => {
  for (;;) {
    const text = inbox.messages().find(({ to }) => to === `${name}@people.example`)?.text
    const link = /http\S+\/confirm\/\S+/.exec(text ?? '')?.[0]
    if (link !== undefined) return link
    if (Date.now() > until) throw new Error(`${name} got no mail`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
