import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import type { JWTPayload } from 'jose'

/** A provider's word that somebody has left (OpenID Connect Back-Channel Logout 1.0, 2.4), checked. */
export interface LogoutToken {
  readonly subject: string
  readonly jti: string
  readonly expiresAt: Date
}

export interface LogoutTokenInput {
  readonly token: string
  readonly issuer: string
  readonly clientId: string
  readonly jwksUri: string
  /** As the metadata promise for ID tokens; RS256 where they are silent. */
  readonly algorithms: readonly string[]
  readonly fetch: typeof globalThis.fetch
}

const event = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds for which a token counts that does not say itself until when. */
const lifeSeconds = 300

/** @returns null for whatever is no good logout token of this provider for this client */
export const verifyLogoutToken = async (input: LogoutTokenInput): Promise<LogoutToken | null> => {
  try {
    const keys = createRemoteJWKSet(new URL(input.jwksUri), { [customFetch]: input.fetch })
    const { payload } = await jwtVerify(input.token, keys, {
      issuer: input.issuer,
      audience: input.clientId,
      // Never `none`, and never a MAC, whose key the whole world could publish.
      algorithms: input.algorithms.filter((name) => /^(RS|PS|ES)\d{3}$|^EdDSA$/.test(name)),
      maxTokenAge: lifeSeconds,
      clockTolerance: 30,
      requiredClaims: ['iat', 'jti', 'events', 'sub'],
    })
    return read(payload)
  } catch {
    return null
  }
}

const read = (payload: JWTPayload): LogoutToken | null => {
  const { sub, jti, iat = 0, exp = iat + lifeSeconds, events } = payload
  const about = (events as Record<string, unknown> | undefined)?.[event]
  // An ID token has a nonce; a logout token must not, so that neither passes for the other.
  if (sub === undefined || jti === undefined || 'nonce' in payload) return null
  if (typeof about !== 'object' || about === null || Array.isArray(about)) return null
  return { subject: sub, jti, expiresAt: new Date(Math.max(exp, iat + lifeSeconds) * 1_000 + 60_000) }
}
