import { Resolver } from 'node:dns/promises'
import { request as requestHttp } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import type { CustomFetch } from 'openid-client'
import { OidcFailure } from '../domain/oidc-failure.js'
import { isLoopbackAddress, isPublicAddress } from './public-address.js'

export interface ProviderFetchOptions {
  /** Plain http and https to this machine, for the embedded stack. Never in production (`config.ts`). */
  readonly allowLoopback: boolean
  /** DNS servers as `address:port`; those of the system where absent. */
  readonly dnsServers?: readonly string[]
  /** Which addresses may be connected to; `isPublicAddress` where absent. */
  readonly isOpen?: (address: string) => boolean
}

const largestAnswer = 256 * 1024
const longestCallMs = 3_000

/**
 * `fetch` for calls to providers, whose addresses tenants choose (spec: pipeline 3, "calls to providers"): https to public
 * addresses only, no redirects, 3 s until the last byte, at most 256 KiB.
 *
 * The name is looked up once, for the connection itself, and the connection goes to an address that was found public: a name that
 * points elsewhere a moment later gains nothing. The look-up bypasses the system's resolver, whose threads a slow name server of a
 * tenant could keep busy. Each call has a connection of its own: a code works once, and is not sent on a connection that the other
 * side may be closing.
 * @throws OidcFailure with `insecure_address`, `not_public`, `name_not_found`, `timeout` or `answer_too_large`; other errors of the network as they are
 */
export const createProviderFetch = (options: ProviderFetchOptions): CustomFetch => {
  const lookup = createLookup(options)
  return async (address, init) => {
    const { signal, ...rest } = init
    const request = new Request(address, { ...rest, redirect: 'manual' } as RequestInit)
    const url = new URL(request.url)
    checkAddress(url, options)
    const deadline = AbortSignal.timeout(longestCallMs)
    const body = Buffer.from(await request.arrayBuffer())
    const call = new Promise<IncomingMessage>((resolve, reject) => {
      const send = url.protocol === 'https:' ? requestHttps : requestHttp
      const sent = send(url, {
        method: request.method,
        headers: { ...Object.fromEntries(request.headers), 'accept-encoding': 'identity' },
        lookup,
        agent: false,
        signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
      })
      sent.on('response', resolve).on('error', reject).end(body)
    })
    try {
      return await toResponse(await call)
    } catch (error) {
      throw deadline.aborted || signal?.aborted === true ? new OidcFailure('provider', 'timeout') : error
    }
  }
}

/** What can be said of an address before a name is looked up; the URL parser has turned 0x7f.1 and its kin into 127.0.0.1. */
const checkAddress = ({ protocol, hostname }: URL, { allowLoopback }: ProviderFetchOptions): void => {
  const ip = hostname.replace(/^\[|\]$/g, '')
  const isLoopback = hostname === 'localhost' || isLoopbackAddress(ip)
  if (isLoopback && allowLoopback && /^https?:$/.test(protocol)) return
  if (protocol !== 'https:') throw new OidcFailure('provider', 'insecure_address')
  if (hostname === 'localhost' || (isIP(ip) !== 0 && !isPublicAddress(ip)))
    throw new OidcFailure('provider', 'not_public')
}

const createLookup = ({ dnsServers, isOpen = isPublicAddress }: ProviderFetchOptions): LookupFunction => {
  const resolver = new Resolver({ timeout: 1_000, tries: 2 })
  if (dnsServers !== undefined) resolver.setServers(dnsServers)

  const addressesOf = async (name: string): Promise<{ address: string; family: number }[]> => {
    // Asked for by name only where loopback is allowed.
    if (name === 'localhost') return [{ address: '127.0.0.1', family: 4 }]
    const [four, six] = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
    const found = [
      ...(four.status === 'fulfilled' ? four.value : []).map((address) => ({ address, family: 4 })),
      ...(six.status === 'fulfilled' ? six.value : []).map((address) => ({ address, family: 6 })),
    ]
    if (found.length === 0) throw new OidcFailure('provider', 'name_not_found')
    const open = found.filter(({ address }) => isOpen(address))
    if (open.length === 0) throw new OidcFailure('provider', 'not_public')
    return open
  }

  return (name, { all }, callback) => {
    addressesOf(name).then(
      (found) => {
        const [first] = found
        if (all === true) callback(null, found)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error: unknown) => callback(error as NodeJS.ErrnoException, ''),
    )
  }
}

const withoutBody = [204, 205, 304]

const toResponse = async (message: IncomingMessage): Promise<Response> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of message as AsyncIterable<Buffer>) {
    size += part.byteLength
    // Leaving the loop destroys the connection.
    if (size > largestAnswer) throw new OidcFailure('provider', 'answer_too_large')
    parts.push(part)
  }
  const status = message.statusCode ?? 0
  const headers = new Headers()
  for (const [name, values] of Object.entries(message.headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return new Response(withoutBody.includes(status) ? null : Buffer.concat(parts), { status, headers })
}
