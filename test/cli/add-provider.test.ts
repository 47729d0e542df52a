import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addProvider } from '../../cli/add-provider.js'
import type { AddProviderOptions } from '../../cli/add-provider.js'
import { readClientSecret } from '../../cli/client-secret.js'
import { program } from '../../cli/program.js'
import { reservedProviderNames } from '../../domain/slug.js'
import { createProviderCheck } from '../../clients/provider-check.js'
import { testKeyring, testKeys } from '../support/keys.js'
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
    {
      organization: 'acme',
      name: 'second',
      issuer: demo.issuer,
      clientId: 'auth-pipeline',
      actor: 'pia',
      reason: 'asked',
      ...options,
    },
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

  it.each(reservedProviderNames)('refuses the name %s, which a page has', async (name) => {
    await expect(add({ name })).rejects.toThrow(/is a page of the organization itself/)
  })

  it('takes no role that an owner alone gives', () => {
    const command = program.commands
      .find((one) => one.name() === 'providers')
      ?.commands.find((one) => one.name() === 'add')
    const role = command?.options.find(({ long }) => long === '--default-role')
    expect(role?.argChoices).toEqual(['member', 'manager'])
  })

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
    expect((await add({ name: 'public', issuer }, seen)).at(-1)).toMatch(/^Who may join: who was invited/)
  })

  it('tells who may join', async () => {
    expect((await add({ clientSecret: 'first' })).at(-1)).toMatch(/^Who may join: everyone whom the/)
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

  describe('in the audit', () => {
    const acts = async (name: string) => {
      const { rows } = await product.testDatabase.pool.query<{ actor_id: string; data: object }>(
        `select actor_id, data from audit_events where event = 'staff.acted' and actor_kind = 'staff' and target_id = $1 order by id`,
        [(await provider(name)).id],
      )
      return rows
    }
    const withoutReason = { name: 'audited', reason: undefined } as unknown as Partial<AddProviderOptions>

    it('tells who connected it, without a reason where none was given, and never the secret', async () => {
      await add({ ...withoutReason, clientSecret: 'hidden-secret' })
      const told = await acts('audited')
      expect(told).toMatchObject([
        { actor_id: 'pia', data: { act: 'add_provider', admission: [null, 'everyone'] } },
      ])
      expect(JSON.stringify(told)).not.toContain('hidden')
    })

    it('keeps no address in a reason, also of a new one, and wants to know who acts', async () => {
      const fresh = { name: 'told', reason: 'asked by a@b.example' }
      await expect(add(fresh)).rejects.toThrow(/kept in the audit.*without an e-mail address/)
      await expect(add({ ...fresh, reason: 'asked', actor: ' ' })).rejects.toThrow(/--actor/)
    })

    it('demands a reason of who changes it, and of nobody who changes nothing', async () => {
      for (const reason of [{}, { reason: ' ' }, { reason: 'asked by a@b.example' }])
        await expect(add({ ...withoutReason, admission: 'invited', ...reason })).rejects.toThrow(/--reason/)
      expect((await provider('audited')).admission).toBe('everyone')
      expect(await add({ ...withoutReason, clientSecret: 'hidden-secret' })).toContain('Nothing changed.')
      expect(await acts('audited')).toHaveLength(1)
    })

    it('tells what changed, also what goes with the issuer', async () => {
      const { id } = await provider('audited')
      const { pool } = product.testDatabase
      await pool.query('update providers set text_true_is_verified = true where id = $1', [id])
      await pool.query(
        `insert into domains (organization_id, provider_id, name) select organization_id, id, 'granted.example' from providers where id = $1`,
        [id],
      )
      const issuer = 'https://other.example'
      const seen = {
        inspect: () => Promise.resolve({ fault: null, issuer }),
        probe: () => Promise.resolve(null),
      }
      const lines = await add({ name: 'audited', issuer, admission: 'invited' }, seen)
      expect(lines[0]).toMatch(/^Changed of "audited" of Acme Corporation: issuer, admission, client_secret/)
      expect((await acts('audited')).at(-1)).toMatchObject({
        data: {
          act: 'change_provider',
          reason: 'asked',
          issuer: [expect.any(String), issuer],
          admission: ['everyone', 'invited'],
          client_secret: ['former', null],
          text_true_is_verified: [true, false],
          domains: { 'granted.example': [true, false] },
        },
      })
      expect(await provider('audited')).toMatchObject({
        issuer,
        clientId: 'auth-pipeline',
        clientSecret: null,
      })
    })
  })

  it('says of a provider that is switched off that it stays so', async () => {
    await add({ name: 'off' })
    await product.testDatabase.pool.query(`update providers set status = 'disabled' where name = 'off'`)
    const lines = await add({ name: 'off', displayName: 'Off' })
    expect((await provider('off')).status).toBe('disabled')
    expect(lines.join()).toContain('it was switched off, and stays so')
    expect(lines.join()).not.toContain('Sign in:')
  })
})

describe('at the terminal', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'client-secret-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  /** The command as somebody types it, with what it is told on standard input. */
  const command = async (args: readonly string[], env: Record<string, string> = {}, input = '') => {
    const { issuer } = await provider('demo')
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url))
    const given = ['--organization', 'acme', '--issuer', issuer, '--client-id', 'auth-pipeline', ...args]
    const child = spawn(process.execPath, [main, 'providers', 'add', ...given], {
      env: {
        NODE_ENV: 'development',
        PUBLIC_ORIGIN: product.origin,
        DATABASE_URL: product.testDatabase.url,
        APP_KEYS: testKeys,
        SENDGRID_API_KEY: 'SG.test',
        MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
        TEMPORAL_ADDRESS: product.temporalAddress,
        ...env,
      },
    })
    child.stdin.on('error', () => undefined).end(input)
    return Promise.all([text(child.stdout), text(child.stderr)]).then((said) => said.join(''))
  }
  const secretOf = async (name: string) => {
    const { id, clientSecret } = await provider(name)
    return clientSecret && testKeyring.open('client-secret', id, clientSecret)
  }

  it('takes a secret from a file, standard input or the environment, where no other process sees it', async () => {
    const file = join(folder, 'secret')
    writeFileSync(file, 'of-a-file\n')
    const environment = { PROVIDER_CLIENT_SECRET: 'of-the-environment' }
    const ways = [
      ['from-file', ['--client-secret-file', file], {}, ''],
      ['from-input', ['--client-secret-file', '-'], {}, 'of-standard-input\r\n'],
      ['from-environment', [], environment, ''],
      ['from-argument', ['--client-secret', 'of-an-argument'], environment, ''],
    ] as const
    const said = await Promise.all(
      ways.map(([name, args, env, input]) => command(['--name', name, ...args], env, input)),
    )
    expect(said.map((text) => text.split('\n', 1)[0])).toEqual(
      ways.map(([name]) => `Connected "${name}" to Acme Corporation.`),
    )
    expect(await Promise.all(ways.map(([name]) => secretOf(name)))).toEqual([
      'of-a-file',
      'of-standard-input',
      'of-the-environment',
      'of-an-argument',
    ])
  })

  it('connects no public client where a secret was meant', async () => {
    const empty = join(folder, 'empty')
    writeFileSync(empty, '\n')
    const nowhere = join(folder, 'nowhere')
    for (const [options, sentence] of [
      [{ clientSecretFile: empty }, `There is no secret in ${empty}.`],
      [{ clientSecretFile: nowhere }, `The client secret cannot be read from ${nowhere}.`],
      [{ clientSecret: ' ' }, 'There is no secret in --client-secret.'],
    ] as const)
      await expect(readClientSecret(options, {})).rejects.toThrow(sentence)
    expect(
      await Promise.all([
        command(['--name', 'meant', '--client-secret-file', '-']),
        command(['--name', 'meant', '--client-secret', 'x', '--client-secret-file', empty]),
      ]),
    ).toEqual([
      'There is no secret in standard input.\n',
      expect.stringContaining('cannot be used with option') as unknown,
    ])
    await expect(provider('meant')).rejects.toThrow('no provider meant')
  })

  it('writes into the audit who is at the terminal, where nobody else is named', async () => {
    await command(['--name', 'by-whom'])
    const { rows } = await product.testDatabase.pool.query(
      `select actor_id from audit_events where event = 'staff.acted' and target_id = $1`,
      [(await provider('by-whom')).id],
    )
    expect(rows).toEqual([{ actor_id: userInfo().username }])
  })
})

it('every command that the audit tells of asks the same way who acts', () => {
  const commands = program.commands.flatMap((one) => [one, ...one.commands])
  const acts = commands.filter(({ options }) => options.some(({ long }) => long === '--reason'))
  expect(acts.length).toBeGreaterThanOrEqual(10)
  for (const { options } of acts)
    expect(options.find(({ long }) => long === '--actor')).toMatchObject({
      mandatory: false,
      description: 'who acts, for the audit',
      defaultValue: userInfo().username,
    })
})
