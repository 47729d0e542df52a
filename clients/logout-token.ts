import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import type { JWTPayload, JWTVerifyGetKey } from 'jose'

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
  readonly keys: LogoutKeys
  /** As the metadata promise for ID tokens; RS256 where they are silent. */
  readonly algorithms: readonly string[]
}

/** A provider's keys, fetched where a token needs them and kept. */
export type LogoutKeys = JWTVerifyGetKey

const event = 'http://schemas.openid.net/event/backchannel-logout'
/** Seconds for which a token counts that does not say itself until when. */
const lifeSeconds = 300
/** Between two calls for a provider's keys, however many tokens name a key that it does not publish, or the keys cannot be had. */
const cooldownMs = 30_000

/** @param fetch sees to time, size and whether the address may be called at all */
export const createLogoutKeys = (jwksUri: string, fetch: typeof globalThis.fetch): LogoutKeys => {
  // The library waits after an answer, and not after a failure.
  let failedAt: number | null = null
  const call: typeof fetch = async (...request) => {
    if (failedAt !== null && performance.now() - failedAt < cooldownMs)
      throw new Error('the keys could not be had a moment ago')
    try {
      const response = await fetch(...request)
      failedAt = response.status === 200 ? null : performance.now()
      return response
    } catch (error) {
      failedAt = performance.now()
      throw error
    }
  }
  return createRemoteJWKSet(new URL(jwksUri), { cooldownDuration: cooldownMs, [customFetch]: call })
}

/** @returns null for whatever is no good logout token of this provider for this client */
export const verifyLogoutToken = async (input: LogoutTokenInput): Promise<LogoutToken | null> => {
  try {
    const { payload } = await jwtVerify(input.token, input.keys, {
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
