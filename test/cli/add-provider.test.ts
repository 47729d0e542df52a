import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addProvider } from '../../cli/add-provider.js'
import type { AddProviderOptions } from '../../cli/add-provider.js'
import { createOidcClient } from '../../clients/oidc.js'
import { startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

let product: Product
beforeAll(async () => {
  product = await startProduct()
}, 60_000)
afterAll(() => product.stop())

const add = async (options: Partial<AddProviderOptions> = {}): Promise<string[]> => {
  const lines: string[] = []
  const demo = await provider('demo')
  await addProvider(
    {
      ...product.dependencies,
      oidc: createOidcClient({ allowLoopbackHttp: true }),
      publicOrigin: product.origin,
      development: true,
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
