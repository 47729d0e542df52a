import { z } from 'zod'
import { accountActor } from '../account-actor.js'
import { enrolmentSchema, recoveryCodesSchema, totpStateSchema } from '../account-schemas.js'
import { beginTotp, confirmTotp, disableTotp, renewRecoveryCodes } from '../acts/change-totp.js'
import { requireSession } from '../acts/current-session.js'
import { answerOnce } from '../idempotency-key.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ otp: z.string().max(100) })
const presentCodes = (codes: readonly string[]) => ({ status: 200, body: { recovery_codes: codes } })

export const getV1MeTotp: Handler = (dependencies) => ({
  method: 'GET',
  path: '/v1/me/totp',
  access: 'session',
  contract: { summary: 'Whether it has a second factor, and since when', answers: { 200: totpStateSchema } },
  async handle(context) {
    const { user } = await requireSession(dependencies, context)
    const { totp } = await dependencies.database.signInMethods.list(user.id)
    context.body = {
      enabled: totp !== null,
      since: totp?.since.toISOString() ?? null,
      recovery_codes_left: totp?.recoveryCodesLeft ?? 0,
    }
  },
})

export const postV1MeTotp: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/totp',
  access: 'session',
  contract: {
    summary: 'Draw the secret of a second factor',
    answers: { 201: enrolmentSchema },
    idempotent: 'secret',
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => beginTotp(keeping, actor),
      present: (enrolment) => ({ status: 201, body: enrolment }),
      isSecret: true,
    })
  },
})

export const putV1MeTotp: Handler = (dependencies) => ({
  method: 'PUT',
  path: '/v1/me/totp',
  access: 'session',
  contract: {
    summary: 'Switch it on by a first code; the recovery codes are told this once',
    body,
    answers: { 200: recoveryCodesSchema },
    idempotent: 'secret',
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const parsed = parseBody(context, body)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      body: parsed,
      act: (keeping) => confirmTotp(keeping, actor, parsed.otp),
      present: presentCodes,
      isSecret: true,
    })
  },
})

export const deleteV1MeTotp: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/totp',
  access: 'session',
  contract: { summary: 'Switch the second factor off', answers: { 204: null }, idempotent: true },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => disableTotp(keeping, actor),
    })
  },
})

export const postV1MeRecoveryCodes: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/totp/recovery-codes',
  access: 'session',
  contract: {
    summary: 'Ten fresh recovery codes in the place of all former',
    answers: { 200: recoveryCodesSchema },
    idempotent: 'secret',
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    await answerOnce(dependencies, context, {
      owner: { userId: actor.session.user.id },
      act: (keeping) => renewRecoveryCodes(keeping, actor),
      present: presentCodes,
      isSecret: true,
    })
  },
})
