import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../store/new-id.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'

let test: TestDatabase
beforeAll(async () => {
  test = await createTestDatabase()
})
afterAll(() => test.drop())

const time = (id: string): number => Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
const clock = async (): Promise<number> => {
  const { rows } = await test.pool.query<{ ms: number }>(
    'select extract(epoch from clock_timestamp())::float8 * 1000 as ms',
  )
  return rows[0]?.ms ?? 0
}

describe('app.uuid_v7', () => {
  let ids: string[]
  let before: number
  let after: number
  beforeAll(async () => {
    before = await clock()
    const { rows } = await test.pool.query<{ id: string }>(
      'select app.uuid_v7() as id from generate_series(1, 10000) as n',
    )
    after = await clock()
    ids = rows.map(({ id }) => id)
  })

  it('is version 7 of variant 10 (RFC 9562 4.1, 5.7)', () => {
    expect(ids).toHaveLength(10_000)
    expect(
      ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toEqual([])
  })

  it('is another one each time', () => {
    expect(new Set(ids).size).toBe(10_000)
  })

  it('is random in all bits but those of version, variant and time', () => {
    const bits = (id: string): string =>
      BigInt(`0x${id.replaceAll('-', '')}`)
        .toString(2)
        .padStart(128, '0')
    const all = ids.map(bits)
    const fixed = Array.from({ length: 128 }, (_, at) => at).filter(
      (at) => new Set(all.map((one) => one[at])).size === 1,
    )
    expect(fixed.filter((at) => at >= 48)).toEqual([48, 49, 50, 51, 64, 65])
  })

  it('sorts by the time at which it was made', async () => {
    const times = ids.map(time)
    expect(times.toSorted((one, other) => one - other)).toEqual(times)
    expect(times[0]).toBeGreaterThanOrEqual(Math.floor(before))
    expect(times.at(-1)).toBeLessThanOrEqual(Math.ceil(after))

    const { rows } = await test.pool.query<{ later: boolean }>(
      'select app.uuid_v7() > all ($1::uuid[]) as later',
      [ids.filter((id) => time(id) < Math.floor(after))],
    )
    expect(rows).toEqual([{ later: true }])
  })
})

describe('newId', () => {
  it('makes keys as app.uuid_v7 does, of the present time', async () => {
    const before = Date.now()
    const ids = Array.from({ length: 1_000 }, newId)
    expect(
      ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id)),
    ).toEqual([])
    expect(new Set(ids).size).toBe(1_000)
    expect(ids.every((id) => time(id) >= before && time(id) <= Date.now())).toBe(true)
    const { rows } = await test.pool.query<{ same: boolean }>(
      'select $1::text::uuid::text = $1::text as same',
      [ids[0]],
    )
    expect(rows).toEqual([{ same: true }])
  })
})
