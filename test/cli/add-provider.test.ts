import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addProvider } from '../../cli/add-provider.js'
import type { AddProviderOptions } from '../../cli/add-provider.js'
import { createProviderCheck } from '../../clients/provider-check.js'
import { startLyingProvider } from '../support/lying-provider.js'
import type { Lie } from '../support/lying-provider.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
})
afterAll(() => product.stop())

const add = async (
  options: Partial<AddProviderOptions> = {},
  providerCheck = createProviderCheck({ allowLoopback: true }),
): Promise<string[]> => {
  const lines: string[] = []
  const demo = await provider('demo')
  await addProvider(
    {
      ...product.dependencies,
      providerCheck,
      publicOrigin: product.origin,
      print: (line) => void lines.push(line),
    },
    { organization: 'acme', name: 'second', issuer: demo.issuer, clientId: 'auth-pipeline', ...options },
  )
  return lines
}
const provider = async (name: string) => {
  const found = await product.dependencies.database.organizations.findProvider('acme', name)
  if (found === null) throw new Error(`no provider ${name}`)
  return found
}

describe('providers add', () => {
  it.each(['Keycloak', 'key cloak', '', '-x', 'x'.repeat(64)])(
    'refuses the name %j in a sentence',
    async (name) => {
      await expect(add({ name })).rejects.toThrow(/^The name is part of an address/)
    },
  )

  const metadata = (change: Record<string, unknown>): Lie => ({
    metadata: (honest) => ({ ...honest, ...change }),
  })
  it.each<[string, Lie, RegExp]>([
    [
      'another issuer inside',
      metadata({ issuer: 'https://evil.example' }),
      /^The provider calls itself https:\/\/evil\.example/,
    ],
    ['PKCE switched off', metadata({ code_challenge_methods_supported: ['plain'] }), /does not offer PKCE/],
    ['no code flow', metadata({ response_types_supported: ['id_token'] }), /authorization code flow/],
    [
      'keys that cannot be read',
      metadata({ jwks_uri: 'http://127.0.0.1:1/keys' }),
      /signing keys cannot be read/,
    ],
  ])('looks at the issuer as the browser’s setup does: %s', async (_name, lie, sentence) => {
    const liar = await startLyingProvider(lie)
    try {
      await expect(add({ name: 'wrong', issuer: liar.issuer })).rejects.toThrow(sentence)
    } finally {
      await liar.close()
    }
    await expect(provider('wrong')).rejects.toThrow('no provider wrong')
  })

  it.each([
    ['not a url', /^The issuer must be a web address/],
    ['http://id.example', /must be https/],
    ['https://127.0.0.1:1', /private network/],
  ])('refuses the issuer %s in a sentence', async (issuer, sentence) => {
    await expect(add({ issuer }, createProviderCheck({ allowLoopback: false }))).rejects.toThrow(sentence)
  })

  it('does not admit everyone whom an issuer open to the public signs in', async () => {
    const issuer = 'https://accounts.google.com'
    const seen = {
      inspect: () => Promise.resolve({ fault: null, issuer }),
      probe: () => Promise.resolve(null),
    }
    await expect(add({ name: 'public', issuer, admission: 'everyone' }, seen)).rejects.toThrow(
      /open the organization to the world/,
    )
  })

  it('tells who may join', async () => {
    expect((await add({ clientSecret: 'first' })).at(-1)).toMatch(/^Who may join: who was invited/)
  })

  it('keeps what is not given again', async () => {
    await add({
      clientSecret: 'secret',
      admission: 'everyone',
      defaultRole: 'manager',
      displayName: 'Second',
    })
    const before = await provider('second')
    await add({ displayName: 'Renamed' })
    expect(await provider('second')).toEqual({ ...before, displayName: 'Renamed' })
  })

  it('forgets the secret of another client', async () => {
    await add({ clientSecret: 'secret' })
    await add({ clientId: 'public-client' })
    expect(await provider('second')).toMatchObject({ clientSecret: null, clientAuthentication: 'none' })
  })
})
