import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { readLink } from '../../api/acts/confirm-email.js'
import { createPipelineClient } from '../../clients/temporal.js'
import type { PipelineClient } from '../../clients/temporal.js'
import type { FaultInput } from '../../dev/demo/faults.js'
import { inLanes } from '../../domain/in-lanes.js'
import { testKeyring } from '../support/keys.js'
import { forbiddenMoves, recordMoves } from '../support/mail-moves.js'
import { copiesTo, queueMail, readMail, tokensTo } from '../support/mail-parts.js'
import type { QueuedMail } from '../support/mail-parts.js'
import { startSkipping } from '../support/skipping.js'
import type { Skipping } from '../support/skipping.js'

/** Draws the weather of the next send; the same for the same seed, as far as the sends come in the same order. */
let weather: () => FaultInput['mode'] = () => 'ok'
const seeded = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const mixed = Math.imul(state ^ (state >>> 15), state | 1)
    const more = mixed ^ (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61))
    return ((more ^ (more >>> 14)) >>> 0) / 2 ** 32
  }
}

let world: Skipping
let pipelines: PipelineClient
beforeAll(async () => {
  world = await startSkipping(({ transport }) => ({
    transport: {
      send(mail) {
        world.inbox.setFault({ mode: weather(), times: 1, retry_after: 2 })
        return transport.send(mail)
      },
    },
  }))
  await recordMoves(world.testDatabase.pool)
  pipelines = createPipelineClient({ TEMPORAL_ADDRESS: world.environment.address }, testKeyring)
})
afterAll(async () => {
  await pipelines.close()
  await world.stop()
})

/** So many mails of new users, each with a run that delivers it. */
const deliver = async (name: string, count: number): Promise<QueuedMail[]> => {
  await world.open(`${name}-first`) // sets the clock
  const names = Array.from({ length: count }, (_, index) => `${name}-${index}`)
  return inLanes(names, 8, async (one) => {
    const mail = await queueMail(world, one)
    await pipelines.startDelivery({ mailId: mail.mailId, round: 1 })
    return mail
  })
}
const facts = (mails: readonly QueuedMail[]) =>
  inLanes(mails, 8, async ({ mailId, address }) => {
    const { state, tries } = await readMail(world, mailId)
    const ambiguous = tries.filter((text) => text.includes('ambiguous')).length
    return { state, ambiguous, copies: copiesTo(world, address).length, tries: tries.length }
  })

describe('a mail provider in a storm', () => {
  it('A22 (short) has every mail in the end, once, though a third of its answers are faults for five minutes', async () => {
    const random = seeded(22)
    const faults = ['429', '500', '503', 'reset'] as const
    weather = () => (random() < 0.3 ? (faults[Math.floor(random() * faults.length)] ?? 'ok') : 'ok')
    const mails = await deliver('storm', 100)
    await world.sleep('5 minutes')
    weather = () => 'ok'
    await world.sleep('10 minutes')

    const ends = await facts(mails)
    expect(ends.filter(({ state }) => state !== 'accepted')).toEqual([])
    expect(ends.filter(({ copies }) => copies !== 1)).toEqual([])
    expect(ends.filter(({ tries }) => tries > 1).length).toBeGreaterThan(10)
  })

  it('A23 (short) that keeps silent after a tenth of the mails has no mail lost and few copies, with one link each', async () => {
    const random = seeded(23)
    weather = () => (random() < 0.1 ? 'accept_then_silence' : 'ok')
    const mails = await deliver('silence', 60)
    await world.sleep('10 minutes')

    const ends = await facts(mails)
    // One in a thousand meets silence three times: it has three copies, and waits for support.
    const isLost = ({ state, copies }: (typeof ends)[number]) =>
      state !== 'accepted' && !(state === 'parked' && copies === 3)
    expect(ends.filter(isLost)).toEqual([])
    expect(ends.filter(({ copies, ambiguous }) => copies > 1 + ambiguous || copies > 3)).toEqual([])
    expect(ends.filter(({ ambiguous }) => ambiguous > 0).length).toBeGreaterThan(2)
    const { keyring, database } = world.dependencies
    for (const { address } of mails) {
      const [link, ...others] = new Set(tokensTo(world, address))
      expect(others).toEqual([])
      expect(await readLink({ keyring }, (id) => database.users.findEmail(id), link ?? '')).toMatchObject({
        address,
      })
    }
  })
})

it('I13 no mail made a forbidden move', async () => {
  expect(await forbiddenMoves(world.testDatabase.pool)).toEqual([])
})
