import { z } from 'zod'
import { AppError } from '../../../domain/errors.js'
import { renderStaffSignInPage } from '../../../views/pages/support/sign-in.js'
import { parseBody, queryValue, setNextPath } from '../../request.js'
import type { SupportHandler } from '../route.js'
import { callbackPath, finishStaffSignIn, startStaffSignIn } from '../sign-in.js'
import { setStaffToken } from '../staff-cookies.js'

export const getSignIn: SupportHandler = () => ({
  method: 'GET',
  path: '/sign-in',
  role: 'anyone',
  handle(context) {
    context.body = renderStaffSignInPage({
      returnTo: queryValue(context, 'return_to') ?? '/',
      loginHint: queryValue(context, 'login_hint'),
    })
  },
})

const body = z.object({ return_to: z.string().optional(), login_hint: z.string().max(200).optional() })

export const postSignIn: SupportHandler = (dependencies) => ({
  method: 'POST',
  path: '/sign-in',
  role: 'anyone',
  async handle(context) {
    const { return_to: returnTo, login_hint: loginHint } = parseBody(context, body)
    const url = await startStaffSignIn(dependencies, context, { returnTo, loginHint })
    context.redirect(url.href)
    context.status = 303
  },
})

/** Where the provider sends staff back; uses up what this browser keeps. */
export const getSignInCallback: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: callbackPath,
  role: 'anyone',
  async handle(context) {
    if (context.method !== 'GET') throw new AppError('method_not_allowed')
    setNextPath(context, '/sign-in')
    context.redirect(await finishStaffSignIn(dependencies, context, new URLSearchParams(context.querystring)))
    context.status = 303
  },
})

export const postSignOut: SupportHandler = ({ database }) => ({
  method: 'POST',
  path: '/sign-out',
  role: 'view',
  formOn: () => '/',
  async handle(context, staff) {
    await database.staff.endSession(staff.id)
    setStaffToken(context, null)
    context.redirect('/sign-in')
    context.status = 303
  },
})
