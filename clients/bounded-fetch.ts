import type { CustomFetch } from 'openid-client'
import { OidcFailure } from '../domain/oidc-failure.js'

export interface BoundedFetchOptions {
  readonly allowLoopbackHttp: boolean
}

const largestAnswer = 256 * 1024

/**
 * `fetch` for calls to providers: https, or plain http to loopback where that is allowed; no redirects; at most 256 KiB of an
 * answer (spec: pipeline 3, "calls to providers"). How long a call may take is the caller's signal.
 * @throws OidcFailure, also while the body is read
 */
export const createBoundedFetch =
  ({ allowLoopbackHttp }: BoundedFetchOptions): CustomFetch =>
  async (url, init) => {
    const { protocol, hostname } = new URL(url)
    const allowed =
      protocol === 'https:' || (protocol === 'http:' && allowLoopbackHttp && isLoopback(hostname))
    if (!allowed) throw new OidcFailure('provider', 'insecure_address')
    const response = await fetch(url, { ...init, redirect: 'manual' } as RequestInit)
    if (response.body === null) return response
    return new Response(response.body.pipeThrough(atMost(largestAnswer)), response)
  }

const isLoopback = (hostname: string): boolean => ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)

const atMost = (bytes: number): TransformStream<Uint8Array, Uint8Array> => {
  let size = 0
  return new TransformStream({
    transform(chunk, controller) {
      size += chunk.byteLength
      if (size > bytes) controller.error(new OidcFailure('provider', 'answer_too_large'))
      else controller.enqueue(chunk)
    },
  })
}
