import { createServer } from 'node:http'
import type { RequestListener, Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { createProviderFetch } from '../../clients/provider-fetch.js'
import type { ProviderFetchOptions } from '../../clients/provider-fetch.js'
import { startDnsServer } from '../support/dns-server.js'
import type { DnsServer } from '../support/dns-server.js'
import { startTlsServer } from './raw-server.js'

let dns: DnsServer
const servers: Server[] = []

beforeAll(async () => {
  dns = await startDnsServer()
})
afterAll(() => dns.close())
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

const listen = async (answer: RequestListener): Promise<string> => {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Counts connections to this machine and speaks to nobody. */
const trap = async (host = '127.0.0.1', port = 0) => {
  let connections = 0
  const server = createTcpServer((socket) => {
    connections += 1
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(port, host, resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const ask = (url: string, options: Partial<ProviderFetchOptions> = {}): Promise<Response> =>
  createProviderFetch({ allowLoopback: false, dnsServers: [dns.address], ...options })(url, {
    method: 'GET',
    headers: {},
    body: undefined,
    redirect: 'manual',
  })
const reasonOf = async (call: Promise<Response>): Promise<string> =>
  call.then(
    (response) => `answered ${response.status}`,
    (error: unknown) => String((error as { reason?: unknown }).reason ?? error),
  )

describe('T43 a call to a provider', () => {
  it.each([
    ['http', 'http://id.example/'],
    ['http to a private address', 'http://10.0.0.1/'],
    ['http to this machine', 'http://127.0.0.1/'],
    ['a file', 'file:///etc/passwd'],
    ['data', 'data:application/json,{}'],
  ])('is https: not %s', async (_name, url) => {
    expect(await reasonOf(ask(url))).toBe('insecure_address')
  })

  it.each([
    ['loopback', 'https://127.0.0.1/'],
    ['loopback by name', 'https://localhost/'],
    ['loopback as one number', 'https://2130706433/'],
    ['loopback in hex', 'https://0x7f000001/'],
    ['loopback in octal', 'https://0177.0.0.1/'],
    ['loopback with parts left out', 'https://127.1/'],
    ['loopback in full-width digits', 'https://１２７.0.0.1/'],
    ['the own network', 'https://0/'],
    ['private', 'https://192.168.0.1/'],
    ['link-local', 'https://169.254.169.254/latest/meta-data/'],
    ['CGNAT', 'https://100.64.0.1/'],
    ['IPv6 loopback', 'https://[::1]/'],
    ['IPv6 unique local', 'https://[fd00::1]/'],
    ['IPv4-mapped', 'https://[::ffff:127.0.0.1]/'],
    ['IPv4-mapped in hex', 'https://[::ffff:7f00:1]/'],
    ['NAT64', 'https://[64:ff9b::7f00:1]/'],
    ['6to4', 'https://[2002:7f00:1::]/'],
  ])('goes to public addresses: not %s (%s)', async (_name, url) => {
    expect(await reasonOf(ask(url))).toBe('not_public')
  })

  it.each([
    ['private', { A: ['10.1.2.3'] }],
    ['loopback', { A: ['127.0.0.1'] }],
    ['IPv6 loopback', { AAAA: ['::1'] }],
    ['link-local', { A: ['169.254.169.254'], AAAA: ['fe80::1'] }],
    ['IPv4-mapped', { AAAA: ['0:0:0:0:0:ffff:7f00:1'] }],
    ['NAT64', { AAAA: ['64:ff9b::7f00:1'] }],
    ['6to4', { AAAA: ['2002:7f00:1::1'] }],
  ])('does not go where a name leads to an address that is %s', async (_name, zone) => {
    const caught = await trap()
    dns.set('inside.example', zone)
    expect(await reasonOf(ask(`https://inside.example:${caught.port}/`))).toBe('not_public')
    expect(caught.connections()).toBe(0)
    await caught.close()
  })

  it('looks the name up once, for the connection itself: one that changes its mind gains nothing', async () => {
    // 127.0.0.2 stands for a public address.
    const isOpen = (address: string): boolean => address === '127.0.0.2'
    const open = await trap('127.0.0.2')
    const inside = await trap('127.0.0.1', open.port)
    let asked = 0
    dns.set('rebinding.example', () => ({ A: [asked++ === 0 ? '127.0.0.2' : '127.0.0.1'] }))
    await reasonOf(ask(`https://rebinding.example:${open.port}/`, { isOpen }))
    expect([open.connections(), inside.connections()]).toEqual([1, 0])
    expect(await reasonOf(ask(`https://rebinding.example:${open.port}/`, { isOpen }))).toBe('not_public')
    expect([open.connections(), inside.connections()]).toEqual([1, 0])
    await Promise.all([open.close(), inside.close()])
  })

  it('takes of several addresses those that are public', async () => {
    const isOpen = (address: string): boolean => address === '127.0.0.2'
    const open = await trap('127.0.0.2')
    const inside = await trap('127.0.0.1', open.port)
    dns.set('mixed.example', { A: ['127.0.0.1', '127.0.0.2'], AAAA: ['::1'] })
    await reasonOf(ask(`https://mixed.example:${open.port}/`, { isOpen }))
    expect([open.connections(), inside.connections()]).toEqual([1, 0])
    await Promise.all([open.close(), inside.close()])
  })

  it('believes no certificate that nobody vouches for', async () => {
    const server = await startTlsServer()
    const options = { isOpen: (address: string) => address === '127.0.0.1' }
    dns.set('self-signed.example', { A: ['127.0.0.1'] })
    await expect(ask(`https://self-signed.example:${server.port}/`, options)).rejects.toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    })
    expect(server.received()).toBe('')
    await server.close()
  })

  it('says so where a name does not exist, or its server is silent', async () => {
    expect(await reasonOf(ask('https://nowhere.example/'))).toBe('name_not_found')
    dns.mute(true)
    const begun = performance.now()
    expect(await reasonOf(ask('https://silent.example/'))).toMatch(/^(timeout|name_not_found)$/)
    expect(performance.now() - begun).toBeLessThan(4_900)
    dns.mute(false)
  })
})

describe('T43 an answer of a provider', () => {
  const allowLoopback = true

  it('is taken as it is: status, headers and body', async () => {
    const url = await listen((request, response) => {
      response.writeHead(201, {
        'content-type': 'text/plain',
        'x-encoding': request.headers['accept-encoding'],
      })
      response.end(`${request.method} ${request.url}`)
    })
    const response = await ask(`${url}/a?b`, { allowLoopback })
    expect([response.status, response.headers.get('x-encoding'), await response.text()]).toEqual([
      201,
      'identity',
      'GET /a?b',
    ])
  })

  it('that redirects is not followed', async () => {
    const caught = await trap()
    const url = await listen((_request, response) => {
      response.writeHead(302, { location: `http://127.0.0.1:${caught.port}/` }).end()
    })
    expect((await ask(url, { allowLoopback })).status).toBe(302)
    expect(caught.connections()).toBe(0)
    await caught.close()
  })

  it.each([
    ['with its length told', { 'content-length': String(300 * 1024) }],
    ['without', {}],
  ])('is given up beyond 256 KiB, %s', async (_name, headers) => {
    const url = await listen((_request, response) => {
      response.writeHead(200, headers)
      response.end(Buffer.alloc(300 * 1024, 'x'))
    })
    expect(await reasonOf(ask(url, { allowLoopback }))).toBe('answer_too_large')
  })

  it('may have 256 KiB', async () => {
    const url = await listen((_request, response) => void response.end(Buffer.alloc(256 * 1024, 'x')))
    expect((await (await ask(url, { allowLoopback })).text()).length).toBe(256 * 1024)
  })

  it('is waited for 3 s, also where it comes drop by drop', async () => {
    const dripping = await listen((_request, response) => {
      response.writeHead(200)
      const drip = setInterval(() => response.write('x'), 100)
      response.on('close', () => clearInterval(drip))
    })
    const silent = await listen(() => undefined)
    const begun = performance.now()
    expect(await Promise.all([dripping, silent].map((url) => reasonOf(ask(url, { allowLoopback }))))).toEqual(
      ['timeout', 'timeout'],
    )
    expect(performance.now() - begun).toBeGreaterThan(2_900)
    expect(performance.now() - begun).toBeLessThan(10_000)
  })
})
