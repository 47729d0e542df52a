import { z } from 'zod'
import { accountActor } from '../account-actor.js'
import { enrolmentSchema, recoveryCodesSchema } from '../account-schemas.js'
import { beginTotp, confirmTotp, disableTotp, renewRecoveryCodes } from '../acts/change-totp.js'
import { parseBody } from '../request.js'
import type { Handler } from '../route.js'

const body = z.object({ otp: z.string().max(100) })

export const postV1MeTotp: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/totp',
  access: 'session',
  contract: { summary: 'Draw the secret of a second factor', answers: { 201: enrolmentSchema } },
  async handle(context) {
    const enrolment = await beginTotp(dependencies, await accountActor(dependencies, context))
    context.status = 201
    context.body = enrolment
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
  },
  async handle(context) {
    const actor = await accountActor(dependencies, context)
    const codes = await confirmTotp(dependencies, actor, parseBody(context, body).otp)
    context.body = { recovery_codes: codes }
  },
})

export const deleteV1MeTotp: Handler = (dependencies) => ({
  method: 'DELETE',
  path: '/v1/me/totp',
  access: 'session',
  contract: { summary: 'Switch the second factor off', answers: { 204: null } },
  async handle(context) {
    await disableTotp(dependencies, await accountActor(dependencies, context))
    context.status = 204
  },
})

export const postV1MeRecoveryCodes: Handler = (dependencies) => ({
  method: 'POST',
  path: '/v1/me/totp/recovery-codes',
  access: 'session',
  contract: {
    summary: 'Ten fresh recovery codes in the place of all former',
    answers: { 200: recoveryCodesSchema },
  },
  async handle(context) {
    const codes = await renewRecoveryCodes(dependencies, await accountActor(dependencies, context))
    context.body = { recovery_codes: codes }
  },
})
