import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { NewProvider } from '../../store/organizations.js'
import { reservedProviderNames } from '../../domain/slug.js'
import { createTestDatabase } from '../support/database.js'
import type { TestDatabase } from '../support/database.js'
import { createWorld } from './world.js'
import type { World } from './world.js'

let test: TestDatabase
let world: World
beforeAll(async () => {
  test = await createTestDatabase()
  world = createWorld(test.pool)
})
afterAll(() => test.drop())

const organization = async (): Promise<{ id: string; slug: string; name: string }> => {
  const id = await world.organization()
  const [row] = await world.rows<{ slug: string; name: string }>(
    'select slug, name from organizations where id = $1',
    [id],
  )
  return { id, slug: row?.slug ?? '', name: row?.name ?? '' }
}
const settings = (organizationId: string): NewProvider => ({
  organizationId,
  name: 'main',
  displayName: 'Main',
  issuer: 'https://issuer.example',
  clientId: 'client',
  clientAuthentication: 'client_secret_post',
  admission: 'invited',
  defaultRole: 'member',
})

describe('find', () => {
  it('finds an organization by its slug', async () => {
    const one = await organization()
    expect(await world.database.organizations.find(one.slug)).toEqual(one)
    expect(await world.database.organizations.find('nowhere')).toBeNull()
  })
})

describe('saveProvider', () => {
  it('adds a provider that serves everything and is enabled', async () => {
    const one = await organization()
    const wanted = settings(one.id)
    const id = await world.database.organizations.saveProvider(wanted)
    const { organizationId: _, ...kept } = wanted
    expect(await world.database.organizations.findProvider(one.slug, 'main')).toEqual({
      ...kept,
      id,
      organization: one,
      requireLink: false,
      overruledBy: null,
      textTrueIsVerified: false,
      legacySubjectClaim: null,
      clientSecret: null,
      status: 'enabled',
      serves: ['sign_in', 'link', 'create', 'join', 'prove'],
    })
  })

  it('gives a provider of that name new settings, and keeps its secret and its state', async () => {
    const one = await organization()
    const id = await world.database.organizations.saveProvider(settings(one.id))
    await world.database.organizations.setClientSecret(id, Buffer.from('sealed'))
    await world.rows(`update providers set status = 'disabled', serves = '{link}' where id = $1`, [id])
    const changed = {
      ...settings(one.id),
      displayName: 'New',
      clientAuthentication: null,
      admission: 'everyone',
      defaultRole: 'manager',
    } as const
    expect(await world.database.organizations.saveProvider(changed)).toBe(id)
    expect(await world.database.organizations.findProvider(one.slug, 'main')).toMatchObject({
      displayName: 'New',
      clientAuthentication: null,
      admission: 'everyone',
      defaultRole: 'manager',
      clientSecret: Buffer.from('sealed'),
      status: 'disabled',
      serves: ['link'],
    })
    await world.database.organizations.setClientSecret(id, null)
    expect((await world.database.organizations.findProvider(one.slug, 'main'))?.clientSecret).toBeNull()
  })

  it('makes nobody an owner who only joins, and takes no name that a page beside its pages has', async () => {
    const one = await organization()
    const { organizations } = world.database
    await expect(
      organizations.saveProvider({ ...settings(one.id), defaultRole: 'owner' }),
    ).rejects.toMatchObject({ constraint: 'providers_default_role' })
    for (const name of reservedProviderNames)
      await expect(organizations.saveProvider({ ...settings(one.id), name })).rejects.toMatchObject({
        constraint: 'providers_name_free',
      })
  })

  it('P31 keeps providers of one name in two organizations apart', async () => {
    const [one, other] = [await organization(), await organization()]
    const ids = [
      await world.database.organizations.saveProvider(settings(one.id)),
      await world.database.organizations.saveProvider(settings(other.id)),
    ]
    expect((await world.database.organizations.findProvider(one.slug, 'main'))?.id).toBe(ids[0])
    expect((await world.database.organizations.findProvider(other.slug, 'main'))?.id).toBe(ids[1])
    expect(await world.database.organizations.findProvider(one.slug, 'other')).toBeNull()
  })
})

describe('listProviders', () => {
  it('lists those that sign people in, by name', async () => {
    const one = await organization()
    for (const name of ['b', 'a', 'disabled', 'link-only'])
      await world.database.organizations.saveProvider({ ...settings(one.id), name })
    await world.rows(
      `update providers set status = 'disabled' where organization_id = $1 and name = 'disabled'`,
      [one.id],
    )
    await world.rows(
      `update providers set serves = '{link}' where organization_id = $1 and name = 'link-only'`,
      [one.id],
    )
    expect((await world.database.organizations.listProviders(one.id)).map(({ name }) => name)).toEqual([
      'a',
      'b',
    ])
  })
})

describe('trustedDomains', () => {
  it('are those that the organization proved, and those granted to this provider: no list means none', async () => {
    const [one, other] = [await organization(), await organization()]
    const id = await world.database.organizations.saveProvider(settings(one.id))
    const sibling = await world.database.organizations.saveProvider({ ...settings(one.id), name: 'sibling' })
    const foreign = await world.database.organizations.saveProvider(settings(other.id))
    const trusted = (provider: string): Promise<string[]> =>
      world.database.organizations.trustedDomains(provider)
    expect(await trusted(id)).toEqual([])
    await world.rows(
      `insert into domains (organization_id, provider_id, name) values
         ($1, null, 'proved.example'), ($1, $2, 'granted.example'), ($1, $3, 'sibling.example'), ($4, null, 'foreign.example')`,
      [one.id, id, sibling, other.id],
    )
    expect(await trusted(id)).toEqual(['granted.example', 'proved.example'])
    expect(await trusted(sibling)).toEqual(['proved.example', 'sibling.example'])
    expect(await trusted(foreign)).toEqual(['foreign.example'])
  })

  it('T14 a grant that names a provider of another organization trusts nobody', async () => {
    const [one, other] = [await organization(), await organization()]
    const id = await world.database.organizations.saveProvider(settings(one.id))
    await world.rows(
      `insert into domains (organization_id, provider_id, name) values ($1, $2, 'victim.example')`,
      [other.id, id],
    )
    expect(await world.database.organizations.trustedDomains(id)).toEqual([])
  })
})

describe('migrationLevel', () => {
  it('names the newest migration', async () => {
    expect(await world.database.migrationLevel()).toMatch(/^\d{4}_[a-z0-9-]+$/)
  })
})
