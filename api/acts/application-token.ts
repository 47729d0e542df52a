import { randomUUID } from 'node:crypto'
import { AppError } from '../../domain/errors.js'
import type { Application } from '../../store/applications.js'
import type { Session } from '../../store/sessions.js'
import type { ApiDependencies } from '../dependencies.js'
import { signingKeys } from './signing-keys.js'

export interface ApplicationToken {
  readonly token: string
  readonly expiresAt: Date
}

const lifeSeconds = 300

/**
 * Tells one registered application who is signed in here (spec: pipeline 7, "For host applications"): five minutes, never beyond
 * the session, and only an application of an organization that the session reaches.
 * @param nonce what the application asked with, to be found again in the token
 * @throws AppError `wrong_user`, `membership_restricted` where every seat of the organization is taken
 */
export const issueApplicationToken = async (
  dependencies: Pick<ApiDependencies, 'database' | 'keyring' | 'tokenSigner' | 'publicOrigin'>,
  session: Session,
  application: Application,
  nonce?: string,
): Promise<ApplicationToken> => {
  if (!reaches(session, application)) throw new AppError('wrong_user')
  const { keyring, tokenSigner, publicOrigin } = dependencies
  if (session.restricted) throw new AppError('membership_restricted', { nextPath: '/account' })
  const { current } = await signingKeys(dependencies)
  const now = Math.floor(Date.now() / 1_000)
  const expires = Math.min(now + lifeSeconds, Math.floor(session.expiresAt.getTime() / 1_000))
  const token = tokenSigner.sign(
    current.kid,
    keyring.openBytes('signing-key', current.kid, current.privateKey),
    {
      iss: publicOrigin,
      aud: application.id,
      sub: session.user.id,
      org: application.organization.slug,
      sid: session.id,
      jti: randomUUID(),
      iat: now,
      exp: expires,
      auth_time: Math.floor(session.authenticatedAt.getTime() / 1_000),
      amr: session.methods,
      name: session.user.name,
      ...(nonce === undefined ? {} : { nonce }),
    },
  )
  return { token, expiresAt: new Date(expires * 1_000) }
}

/** A session reaches the organization that it was opened through, and no other (spec: pipeline 2.12). */
export const reaches = (session: Session, application: Application): boolean =>
  session.organization.id === application.organization.id
