import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { AttemptFeed } from '../../api/attempt-feed.js'
import type { Browser } from '../support/browser.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
let feed: AttemptFeed
/** Pages that follow an attempt now. */
let open = 0
beforeAll(async () => {
  product = await startProduct((whole) => {
    feed = whole.feed
    return {
      feed: {
        ...feed,
        follow: (attemptId, follower) => {
          const stop = feed.follow(attemptId, follower)
          open++
          return () => {
            open--
            stop()
          }
        },
      },
    }
  })
})
afterAll(() => product.stop())

interface Stream {
  readonly response: Response
  /** All events so far, as `name data`. */
  readonly events: string[]
  /** True once the server has ended it. */
  readonly ended: Promise<boolean>
  leave(): void
}

const follow = async (browser: Browser, attemptId: string): Promise<Stream> => {
  const leaving = new AbortController()
  const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
  const response = await fetch(`${product.origin}/attempts/${attemptId}/events`, {
    headers: { cookie, accept: 'text/event-stream' },
    signal: leaving.signal,
  })
  const events: string[] = []
  const read = async (): Promise<boolean> => {
    let text = ''
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk as Uint8Array).toString()
      const whole = text.split('\n\n')
      text = whole.pop() ?? ''
      for (const event of whole) events.push(event.replace(/^event: (\w+)\ndata: /, '$1 '))
    }
    return true
  }
  return { response, events, ended: read().catch(() => false), leave: () => leaving.abort() }
}

const undecided = async (subject: string): Promise<{ browser: Browser; attemptId: string }> => {
  const browser = product.browser()
  return { browser, attemptId: attemptIdOf(await signInAtProvider(browser, subject)) }
}

describe('GET /attempts/{id}/events', () => {
  it('tells stage, outcome and mail, as they stand and as they change', async () => {
    const { browser, attemptId } = await undecided('listener')
    const stream = await follow(browser, attemptId)
    expect(stream.response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    expect(stream.response.headers.get('cache-control')).toBe('no-store')
    await eventually(() => stream.events[0] ?? null)
    expect(stream.events).toEqual(['stage {"stage":"awaiting_decision"}'])

    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'create' })
    await eventually(() => stream.events.find((event) => event === 'mail {"state":"accepted"}') ?? null)
    expect(stream.events).toContain('stage {"stage":"ended"}')
    expect(stream.events).toContain('outcome {"result":"signed_in","how":"created"}')
    stream.leave()
  })

  it('is let go of when the page is left, and tells a page that comes later where things stand', async () => {
    const { browser, attemptId } = await undecided('leaver')
    await eventually(() => (open === 0 ? true : null))
    const stream = await follow(browser, attemptId)
    await eventually(() => stream.events[0] ?? null)
    expect(open).toBe(1)
    stream.leave()
    await eventually(() => (open === 0 ? true : null))
    await browser.postJson(`/v1/attempts/${attemptId}/decision`, { decision: 'cancel' })
    const later = await follow(browser, attemptId)
    await eventually(() => (later.events.length === 2 ? true : null))
    expect(later.events).toEqual(['stage {"stage":"ended"}', 'outcome {"result":"cancelled"}'])
    later.leave()
  })

  it('is for the browser that began the attempt', async () => {
    const { attemptId } = await undecided('private')
    expect((await product.browser().get(`/attempts/${attemptId}/events`)).status).toBe(403)
  })

  it('is ended by a process that stops, so that the browser asks another one', async () => {
    const { browser, attemptId } = await undecided('stopper')
    const stream = await follow(browser, attemptId)
    await eventually(() => stream.events[0] ?? null)
    feed.close()
    expect(await stream.ended).toBe(true)
    await eventually(() => (open === 0 ? true : null))
  })
})
