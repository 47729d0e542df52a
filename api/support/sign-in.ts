import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { OidcFailure } from '../../domain/oidc-failure.js'
import { checkedReturnPath } from '../../domain/return-path.js'
import { readStaffOrganizations, readStaffRoles } from '../../domain/support.js'
import type { StaffSession } from '../../store/staff.js'
import type { AuthorizationRequest } from '../../clients/oidc.js'
import { logProviderFailure } from '../acts/log-provider-failure.js'
import { clientNetwork } from '../request.js'
import type { SupportDependencies } from './dependencies.js'
import { keepSignIn, keptSignIn, setStaffToken, staffToken } from './staff-cookies.js'

export const callbackPath = '/sign-in/callback'

/** Binds what is kept in the cookie to this use of the key. */
const cookieRow = 'staff'

interface Kept extends Pick<AuthorizationRequest, 'state' | 'nonce' | 'codeVerifier'> {
  readonly returnTo: string
}

/** The member of staff whose browser this is; null where nobody is signed in. */
export const currentStaff = (
  { database, keyring }: Pick<SupportDependencies, 'database' | 'keyring'>,
  context: Context,
): Promise<StaffSession | null> => {
  const token = staffToken(context)
  return token === undefined ? Promise.resolve(null) : database.staff.findSession(keyring.hashToken(token))
}

/** Begins a sign-in of staff; what the answer is checked against is kept in the browser, sealed. @returns where to go */
export const startStaffSignIn = async (
  dependencies: SupportDependencies,
  context: Context,
  input: { readonly returnTo: string | undefined; readonly loginHint: string | undefined },
): Promise<URL> => {
  const { keyring, oidc, origin, staffProvider } = dependencies
  const kept: Kept = {
    state: keyring.randomToken(),
    nonce: keyring.randomToken(),
    codeVerifier: keyring.randomToken(),
    returnTo: checkedReturnPath(input.returnTo, origin, '/'),
  }
  const url = await oidc
    .authorizationUrl(staffProvider, requestOf(dependencies, kept), { loginHint: input.loginHint })
    .catch((error: unknown) => {
      throw providerRefusal(dependencies, error)
    })
  keepSignIn(context, keyring.seal('staff-sign-in', cookieRow, JSON.stringify(kept)).toString('base64url'))
  return url
}

/**
 * Ends it: opens a session with the roles that the provider's claim gives. Without a role there is none.
 * @returns the path to go on to
 * @throws AppError `invalid_state`, `invalid_identity`, `provider_error`, `forbidden`
 */
export const finishStaffSignIn = async (
  dependencies: SupportDependencies,
  context: Context,
  answer: URLSearchParams,
): Promise<string> => {
  const { database, keyring, oidc, organizationsClaim, roleClaim, staffProvider } = dependencies
  const kept = readKept(dependencies, keptSignIn(context))
  keepSignIn(context, null)
  if (kept === null || answer.get('state') !== kept.state) throw new AppError('invalid_state')
  const { idToken, userinfo } = await oidc
    .exchange(staffProvider, requestOf(dependencies, kept), answer, { wholeUserinfo: true })
    .catch((error: unknown) => {
      throw providerRefusal(dependencies, error)
    })
  // A claim that narrows must not be overlooked because the provider says it in the other place.
  const claims = { ...userinfo, ...idToken }
  const roles = readStaffRoles(claims[roleClaim])
  const identity = {
    issuer: staffProvider.issuer,
    subject: String(claims['sub']),
    name: typeof claims['name'] === 'string' ? claims['name'].slice(0, 200) : '',
  }
  if (roles.length === 0) {
    await noteStranger(dependencies, context, identity)
    throw new AppError('forbidden')
  }
  const token = keyring.randomToken()
  await database.transaction(async (stores) => {
    const session = await stores.staff.openSession({
      ...identity,
      roles,
      organizations: readStaffOrganizations(claims, organizationsClaim),
      tokenHash: keyring.hashToken(token),
    })
    await stores.audit.record({
      event: 'staff.signed_in',
      actor: { kind: 'staff', id: session.staffId },
      organizationId: null,
      attemptId: null,
      target: null,
      clientNetwork: clientNetwork(context),
      data: { roles },
    })
  })
  setStaffToken(context, token)
  return kept.returnTo
}

/** Somebody whom the provider knows and gives no role tried to come in. */
const noteStranger = async (
  { database }: SupportDependencies,
  context: Context,
  identity: { readonly issuer: string; readonly subject: string; readonly name: string },
): Promise<void> =>
  database.transaction(async (stores) => {
    const id = await stores.staff.keep(identity)
    await stores.audit.record({
      event: 'staff.acted',
      actor: { kind: 'staff', id },
      organizationId: null,
      attemptId: null,
      target: null,
      clientNetwork: clientNetwork(context),
      data: { route: `GET ${callbackPath}`, refused: 'forbidden' },
    })
  })

/** Staff see one page; what is wrong with their provider stands in the log. */
const providerRefusal = ({ log, staffProvider }: SupportDependencies, error: unknown): unknown => {
  if (!(error instanceof OidcFailure)) return error
  const problem = error.about === 'identity' ? 'invalid_identity' : 'provider_error'
  logProviderFailure(log, { providerId: staffProvider.id, problem, reason: error.reason })
  return new AppError(problem, { cause: error, nextPath: '/sign-in' })
}

const readKept = ({ keyring }: SupportDependencies, sealed: string | undefined): Kept | null => {
  if (sealed === undefined) return null
  try {
    return JSON.parse(keyring.open('staff-sign-in', cookieRow, Buffer.from(sealed, 'base64url'))) as Kept
  } catch {
    return null
  }
}

const requestOf = ({ origin }: SupportDependencies, kept: Kept): AuthorizationRequest => ({
  state: kept.state,
  nonce: kept.nonce,
  codeVerifier: kept.codeVerifier,
  redirectUri: `${origin}${callbackPath}`,
})
