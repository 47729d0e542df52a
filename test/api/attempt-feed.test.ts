import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createAttemptFeed } from '../../api/attempt-feed.js'
import type { AttemptFeed } from '../../api/attempt-feed.js'
import type { AttemptProgress, AttemptStore } from '../../store/attempts.js'

/** Where attempts stand, and each question that was asked about them. */
const standing = new Map<string, AttemptProgress>()
const questions: (readonly string[])[] = []
let away = false
let feed: AttemptFeed

beforeEach(() => {
  jest.useFakeTimers()
  standing.clear()
  questions.length = 0
  away = false
  const attempts = {
    listProgress: async (ids: readonly string[]) => {
      questions.push(ids)
      if (away) throw new Error('database away')
      return ids.flatMap((id) => standing.get(id) ?? [])
    },
  } as AttemptStore
  feed = createAttemptFeed({ attempts })
})
afterEach(() => {
  feed.close()
  jest.useRealTimers()
})

const at = (id: string, stage: AttemptProgress['stage']): void =>
  void standing.set(id, { id, stage, outcome: null, mail: null })
const follower = () => ({ progress: jest.fn(), end: jest.fn() })
const stages = ({ progress }: ReturnType<typeof follower>): unknown[] =>
  progress.mock.calls.map(([told]) => (told as AttemptProgress).stage)

describe('the feed of attempts', () => {
  it('asks once a second for all pages together, and for each attempt once', async () => {
    at('a', 'finishing')
    at('b', 'finishing')
    for (let page = 0; page < 500; page++) feed.follow(page % 2 === 0 ? 'a' : 'b', follower())
    await jest.advanceTimersByTimeAsync(4_500)
    expect(questions).toEqual(Array.from({ length: 5 }, () => ['a', 'b']))
  })

  it('tells each page where its attempt stands, then what changes, and nothing else', async () => {
    at('a', 'awaiting_decision')
    at('b', 'finishing')
    const [first, other] = [follower(), follower()]
    feed.follow('a', first)
    feed.follow('b', other)
    await jest.advanceTimersByTimeAsync(2_500)
    expect([stages(first), stages(other)]).toEqual([['awaiting_decision'], ['finishing']])
    at('a', 'finishing')
    const late = follower()
    feed.follow('a', late)
    await jest.advanceTimersByTimeAsync(1_000)
    expect([stages(first), stages(late), stages(other)]).toEqual([
      ['awaiting_decision', 'finishing'],
      ['finishing'],
      ['finishing'],
    ])
  })

  it('asks nothing while no page is open, and goes on when one comes', async () => {
    const stop = feed.follow('a', follower())
    await jest.advanceTimersByTimeAsync(1_500)
    stop()
    stop()
    await jest.advanceTimersByTimeAsync(10_000)
    const asked = questions.length
    expect(asked).toBeLessThanOrEqual(3)
    await jest.advanceTimersByTimeAsync(10_000)
    expect(questions).toHaveLength(asked)
    feed.follow('b', follower())
    await jest.advanceTimersByTimeAsync(0)
    expect(questions.at(-1)).toEqual(['b'])
  })

  it('goes on with those who stay when one of two pages of an attempt is left', async () => {
    at('a', 'awaiting_decision')
    const [stays, leaves] = [follower(), follower()]
    feed.follow('a', stays)
    const stop = feed.follow('a', leaves)
    await jest.advanceTimersByTimeAsync(100)
    stop()
    at('a', 'ended')
    await jest.advanceTimersByTimeAsync(1_000)
    expect([stages(stays), stages(leaves)]).toEqual([['awaiting_decision', 'ended'], ['awaiting_decision']])
  })

  it('survives an outage of the database', async () => {
    at('a', 'finishing')
    const page = follower()
    away = true
    feed.follow('a', page)
    await jest.advanceTimersByTimeAsync(2_500)
    expect(stages(page)).toEqual([])
    away = false
    await jest.advanceTimersByTimeAsync(1_000)
    expect(stages(page)).toEqual(['finishing'])
  })

  it('ends every page’s connection when the process stops', async () => {
    const pages = [follower(), follower()]
    for (const page of pages) feed.follow('a', page)
    await jest.advanceTimersByTimeAsync(100)
    feed.close()
    await jest.advanceTimersByTimeAsync(5_000)
    expect(pages.map(({ end }) => end.mock.calls.length)).toEqual([1, 1])
    expect(questions).toHaveLength(1)
  })
})
