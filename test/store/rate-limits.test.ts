import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Allowance } from '../../store/rate-limits.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
afterAll(() => test.drop())

const seconds = (count: number): Promise<void> => test.advanceClock(count * 1000)
const take = (...allowances: Allowance[]): Promise<number> => world.database.rateLimits.take(...allowances)
const threeAnHour = (of: string): Allowance => ({ limit: { name: 'mail', max: 3, seconds: 3600 }, of })
const tenAMinute = (of: string): Allowance => ({ limit: { name: 'mail', max: 10, seconds: 60 }, of })
const repeat = async (times: number, act: () => Promise<number>): Promise<number[]> => {
  const answers: number[] = []
  for (let n = 0; n < times; n++) answers.push(await act())
  return answers
}

describe('take', () => {
  it('allows the maximum, then tells the seconds after which it does again, and they are honest', async () => {
    const mail = threeAnHour('one')
    expect(await repeat(3, () => take(mail))).toEqual([0, 0, 0])
    const wait = await take(mail)
    expect(wait).toBeGreaterThan(3540)
    expect(wait).toBeLessThanOrEqual(3660)
    await seconds(wait - 30)
    expect(await take(mail)).toBeGreaterThan(0)
    await seconds(30)
    expect(await take(mail)).toBe(0)
  })

  it('never lets more than the maximum through in a window, wherever it begins', async () => {
    const allowance = tenAMinute('sliding')
    const allowed: number[] = []
    for (let second = 0; second < 200; second += 3) {
      if ((await take(allowance)) === 0) allowed.push(second)
      await seconds(3)
    }
    const most = Math.max(
      ...allowed.map((from) => allowed.filter((at) => at >= from && at < from + 60).length),
    )
    expect(most).toBe(10)
    expect(allowed.length).toBeGreaterThanOrEqual(30)
  })

  it('is exact when many come at once, on connections of their own', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => take(tenAMinute('crowd'))))
    expect(answers.filter((wait) => wait === 0)).toHaveLength(10)
  })

  it('says as much without taking any', async () => {
    const mail = threeAnHour('looked at')
    const { rateLimits } = world.database
    expect(await repeat(5, () => rateLimits.wait(mail))).toEqual([0, 0, 0, 0, 0])
    expect(await repeat(3, () => take(mail))).toEqual([0, 0, 0])
    expect(await rateLimits.wait(mail)).toBeGreaterThan(3540)
    expect(await rateLimits.wait(mail, tenAMinute('looked at'))).toBe(await take(mail))
  })

  it('takes all or none, and names the longest wait', async () => {
    const [mail, user] = [threeAnHour('both'), tenAMinute('both')]
    expect(await repeat(3, () => take(mail, user))).toEqual([0, 0, 0])
    const waits = await repeat(20, () => take(user, mail))
    expect(Math.min(...waits)).toBeGreaterThan(3540)
    expect(await repeat(7, () => take(user))).toEqual(Array(7).fill(0))
    expect(await take(user)).toBeGreaterThan(0)
  })

  it('does not lock two for ever that want the same keys in another order', async () => {
    const [a, b] = [tenAMinute('a'), tenAMinute('b')]
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => (n % 2 === 0 ? take(a, b) : take(b, a))),
    )
    expect(answers.filter((wait) => wait === 0)).toHaveLength(10)
  })

  it('counts each name, window and owner apart, and keeps none of them in plain', async () => {
    const owner = 'nora@people.example'
    await repeat(3, () => take(threeAnHour(owner)))
    expect(await take(threeAnHour(`${owner}x`))).toBe(0)
    expect(await take({ limit: { name: 'other', max: 3, seconds: 3600 }, of: owner })).toBe(0)
    expect(await take({ limit: { name: 'mail', max: 10, seconds: 86_400 }, of: owner })).toBe(0)
    expect(await take(threeAnHour(owner))).toBeGreaterThan(0)
    const rows = await world.rows('select * from rate_limits')
    expect(JSON.stringify(rows)).not.toContain('nora')
  })
})

describe('giveBack', () => {
  it('makes room for one more, and never for more than were taken', async () => {
    const mail = threeAnHour('given back')
    await repeat(3, () => take(mail))
    await world.database.rateLimits.giveBack(mail)
    expect([await take(mail), (await take(mail)) > 0]).toEqual([0, true])
    await repeat(9, async () => {
      await world.database.rateLimits.giveBack(mail)
      return 0
    })
    expect((await repeat(4, () => take(mail))).map((wait) => wait === 0)).toEqual([true, true, true, false])
  })
})

describe('purge', () => {
  it('deletes what no window reaches, and nothing else', async () => {
    await world.rows('delete from rate_limits')
    await take(threeAnHour('old'))
    await seconds(3661)
    await take(threeAnHour('young'))
    await world.database.rateLimits.purge(100)
    expect(await world.rows('select from rate_limits')).toHaveLength(1)
    expect(await repeat(3, () => take(threeAnHour('young')))).toEqual([0, 0, expect.any(Number)])
  })
})
