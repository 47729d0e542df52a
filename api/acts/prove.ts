import type { Context } from 'koa'
import type { z } from 'zod'
import type { Attempt } from '../../store/attempts.js'
import { attemptsOfBrowser, setAttemptSecret, setSessionToken } from '../cookies.js'
import type { ApiDependencies } from '../dependencies.js'
import type { providerProof, secondFactorProof } from '../proof-body.js'
import { clientNetwork, localeOf } from '../request.js'
import { currentSession } from './current-session.js'
import { passSecondFactor } from './pass-second-factor.js'
import type { Reauthenticated } from './receive-reauthentication.js'
import type { SignedIn } from './sign-in-known.js'
import { proveByIdentity } from './prove-by-identity.js'
import type { StartedAttempt } from './start-attempt.js'

/** Sends this browser to another provider, to prove an account there. */
export const beginProofByIdentity = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  { provider, login_hint: loginHint }: z.output<typeof providerProof>,
): Promise<StartedAttempt> => {
  const child = await proveByIdentity(dependencies, attempt, {
    provider,
    loginHint,
    locale: localeOf(context),
    clientNetwork: clientNetwork(context),
    session: await currentSession(dependencies, context),
    attemptsOfBrowser: attemptsOfBrowser(context),
  })
  setAttemptSecret(context, child.id, child.browserSecret)
  return child
}

/** Takes a second factor from this browser; where that signs somebody in, the session is this browser's. */
export const takeSecondFactor = async (
  dependencies: ApiDependencies,
  context: Context,
  attempt: Attempt,
  { otp }: z.output<typeof secondFactorProof>,
): Promise<SignedIn | Reauthenticated | null> => {
  const passed = await passSecondFactor(dependencies, attempt, {
    code: otp,
    session: await currentSession(dependencies, context),
    clientNetwork: clientNetwork(context),
  })
  if (passed !== null && 'sessionToken' in passed) setSessionToken(context, passed.sessionToken)
  return passed
}
