import { metadataFault, metadataUrl, networkFault, isIssuerUrl } from '../domain/provider-fault.js'
import type { ProviderFault } from '../domain/provider-fault.js'
import { OidcFailure } from '../domain/oidc-failure.js'
import { createProviderFetch } from './provider-fetch.js'
import type { ProviderFetchOptions } from './provider-fetch.js'

type Inspection =
  /** `issuer` as the provider writes it itself: ID tokens carry it so. */
  | { readonly fault: null; readonly issuer: string }
  | { readonly fault: ProviderFault; readonly issuer: string | null }

export interface ProviderCheck {
  /** Reads an issuer's metadata and keys as a sign-in would, and says what is wrong with them. */
  inspect(issuer: string): Promise<Inspection>
  /**
   * Shows the provider a sign-in request without a person: it refuses a redirect URI or a client that it does not know at once.
   * What nobody can tell from the answer counts as good; the owner's own sign-in shows the rest.
   */
  probe(authorizationUrl: URL, redirectUri: string): Promise<ProviderFault | null>
}

/** Looks at a provider that somebody is about to connect. */
export const createProviderCheck = (options: ProviderFetchOptions): ProviderCheck => {
  const fetch = createProviderFetch(options)
  const get = (url: string, accept: string): Promise<Response> =>
    fetch(url, { method: 'GET', headers: { accept }, body: undefined, redirect: 'manual' })

  return {
    async inspect(issuer) {
      if (!isIssuerUrl(issuer)) return { fault: 'issuer_invalid', issuer: null }
      const metadata = await readJson(() => get(metadataUrl(issuer), 'application/json'))
      if ('fault' in metadata) return { fault: metadata.fault, issuer: null }
      const fault = metadataFault(issuer, metadata.value)
      const said = metadata.value as { readonly issuer: string; readonly jwks_uri: string }
      if (fault !== null) return { fault, issuer: fault === 'other_issuer' ? said.issuer : null }
      const keys = await readJson(() => get(said.jwks_uri, 'application/json'))
      if ('fault' in keys || !holdsKeys(keys.value)) return { fault: 'no_keys', issuer: null }
      return { fault: null, issuer: said.issuer }
    },

    async probe(authorizationUrl, redirectUri) {
      const url = new URL(authorizationUrl)
      url.searchParams.set('prompt', 'none')
      let response: Response
      try {
        response = await get(url.href, 'text/html')
        // Some look at the request on a second page of theirs only (dex). Elsewhere nobody is followed.
        for (let hop = 0; hop < longestWay && isAtHome(response, url); hop++)
          response = await get(nextOf(response, url).href, 'text/html')
      } catch (error) {
        return networkFault(reasonOf(error))
      }
      const { status } = response
      if (status >= 400) return [401, 403, 429].includes(status) || status >= 500 ? null : 'request_refused'
      const location = response.headers.get('location') ?? ''
      if (!location.startsWith(redirectUri) || !URL.canParse(location)) return null
      const error = new URL(location).searchParams.get('error')
      if (error === 'unauthorized_client') return 'client_refused'
      return error !== null && requestErrors.includes(error) ? 'request_refused' : null
    },
  }
}

/** Pages of the provider itself that a probe follows. */
const longestWay = 2

const nextOf = (response: Response, base: URL): URL => new URL(response.headers.get('location') ?? '', base)

const isAtHome = (response: Response, url: URL): boolean => {
  const location = response.headers.get('location')
  return (
    response.status >= 300 &&
    response.status < 400 &&
    location !== null &&
    URL.canParse(location, url) &&
    nextOf(response, url).origin === url.origin
  )
}

/** The answers to a request that is wrong in itself (RFC 6749 4.1.2.1); others only say that nobody is there to sign in. */
const requestErrors = ['invalid_request', 'unsupported_response_type', 'invalid_scope']

const readJson = async (
  call: () => Promise<Response>,
): Promise<{ readonly value: unknown } | { readonly fault: ProviderFault }> => {
  let response: Response
  try {
    response = await call()
  } catch (error) {
    return { fault: networkFault(reasonOf(error)) }
  }
  if (response.status >= 300 && response.status < 400) return { fault: 'redirects' }
  if (response.status !== 200) return { fault: response.status >= 500 ? 'failing' : 'not_found' }
  try {
    return { value: await response.json() }
  } catch {
    return { fault: 'no_json' }
  }
}

const holdsKeys = (value: unknown): boolean => {
  const { keys } = (value ?? {}) as { readonly keys?: unknown }
  return Array.isArray(keys) && keys.length > 0
}

const reasonOf = (error: unknown): string => {
  if (error instanceof OidcFailure) return error.reason
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}
