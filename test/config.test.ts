import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig, readDatabaseDirectUrl, variableNames } from '../config.js'

const key = 'x'.repeat(43) + '='
const complete = {
  PUBLIC_ORIGIN: 'https://sign-in.example',
  DATABASE_URL: 'postgres://auth:secret@db.example:5432/auth',
  APP_KEYS: `k2:${key},k1:${key}`,
  SENDGRID_API_KEY: 'SG.key',
  MAIL_FROM: 'Example Sign-in <no-reply@sign-in.example>',
}

const faultsOf = (
  env: Record<string, string | undefined>,
  readFile?: (path: string) => string,
): readonly string[] => {
  try {
    readConfig(env, readFile)
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  return []
}

describe('readConfig', () => {
  it('needs five variables and has a default for every other', () => {
    expect(readConfig(complete)).toEqual({
      production: true,
      logLevel: 'info',
      publicOrigin: 'https://sign-in.example',
      listen: { host: '0.0.0.0', port: 3000 },
      workerListen: { host: '0.0.0.0', port: 3003 },
      metricsListen: { host: '0.0.0.0', port: 3005 },
      securityContact: null,
      supportContact: null,
      serviceName: 'auth-pipeline',
      shutdownDelay: 5,
      trustedProxies: 0,
      databaseUrl: complete.DATABASE_URL,
      databaseDirectUrl: complete.DATABASE_URL,
      keys: [
        { id: 'k2', secret: Buffer.from(key, 'base64') },
        { id: 'k1', secret: Buffer.from(key, 'base64') },
      ],
      support: null,
      sendGrid: { apiKey: 'SG.key', baseUrl: 'https://api.sendgrid.com', webhookKey: null },
      mailFrom: { name: 'Example Sign-in', email: 'no-reply@sign-in.example' },
    })
  })

  it('takes an empty variable for an absent one', () => {
    expect(readConfig({ ...complete, PORT: '', DATABASE_DIRECT_URL: '', APP_KEYS_FILE: '' })).toEqual(
      readConfig(complete),
    )
  })

  it('cannot be changed', () => {
    expect(Object.isFrozen(readConfig(complete))).toBe(true)
  })

  it('tells all faults at once, each with its variable', () => {
    const faults = faultsOf({
      ...complete,
      PUBLIC_ORIGIN: 'https://sign-in.example/path',
      PORT: '70000',
      APP_KEYS: undefined,
      MAIL_FROM: 'x',
    })
    expect(faults).toEqual([
      'PUBLIC_ORIGIN must be an origin only, such as https://sign-in.example, without a path',
      expect.stringMatching(/^PORT .*65535/),
      'APP_KEYS is missing; make one with: echo "k1:$(openssl rand -base64 32)"',
      'MAIL_FROM must look like: Example Sign-in <no-reply@sign-in.example>',
    ])
  })

  it.each(['PUBLIC_ORIGIN', 'DATABASE_URL', 'SENDGRID_API_KEY', 'MAIL_FROM'])(
    'says that %s is missing',
    (name) => {
      expect(faultsOf({ ...complete, [name]: undefined })).toEqual([`${name} is missing`])
    },
  )

  it.each(['x', 'sign-in.example', 'https://'])('takes no origin that is no URL: %s', (text) => {
    expect(faultsOf({ ...complete, PUBLIC_ORIGIN: text })).toEqual([expect.stringMatching(/^PUBLIC_ORIGIN /)])
  })

  it('refuses a malformed key, and never prints it', () => {
    const faults = faultsOf({ ...complete, APP_KEYS: 'k1:short-secret' })
    expect(faults).toEqual([expect.stringMatching(/^APP_KEYS must be id:base64-of-32-bytes/)])
    expect(faults.join()).not.toContain('short-secret')
  })
})

describe('whom people and researchers turn to', () => {
  it.each(['mailto:help@acme.example', 'https://help.acme.example/sign-in'])('may be %s', (contact) => {
    const config = readConfig({ ...complete, SUPPORT_CONTACT: contact, SECURITY_CONTACT: contact })
    expect(config).toMatchObject({ supportContact: contact, securityContact: contact })
  })

  it.each([
    'help@acme.example',
    'http://help.acme.example',
    'javascript:alert(1)',
    'https://',
    'mailto:help',
  ])('is refused as %s', (contact) => {
    expect(faultsOf({ ...complete, SUPPORT_CONTACT: contact })).toEqual([
      'SUPPORT_CONTACT must be a mailto: or https: URI',
    ])
  })
})

describe('what authenticator apps call the service', () => {
  it('may be any short name without a colon', () => {
    expect(readConfig({ ...complete, SERVICE_NAME: 'Müller Konten' }).serviceName).toBe('Müller Konten')
    for (const name of ['Acme: Sign-in', 'x'.repeat(61), 'a\nb'])
      expect(faultsOf({ ...complete, SERVICE_NAME: name })).toEqual([
        'SERVICE_NAME must be 1 to 60 characters without a colon',
      ])
  })
})

describe('a secret in a file', () => {
  const files: Record<string, string> = {
    '/run/secrets/keys': `k1:${key}\n`,
    '/run/secrets/bad': 'bad',
    '/run/secrets/empty': '\n',
  }
  const readFile = (path: string): string => {
    const text = files[path]
    if (text === undefined) throw new Error(`ENOENT: ${path}`)
    return text
  }
  const { APP_KEYS: _, ...others } = complete

  it('is read without its line break', () => {
    const config = readConfig({ ...others, APP_KEYS_FILE: '/run/secrets/keys' }, readFile)
    expect(config.keys).toEqual([{ id: 'k1', secret: Buffer.from(key, 'base64') }])
  })

  it('must not be given twice', () => {
    expect(faultsOf({ ...complete, APP_KEYS_FILE: '/run/secrets/keys' }, readFile)).toEqual([
      'APP_KEYS and APP_KEYS_FILE are both set; keep one',
    ])
  })

  it('that cannot be read is told with its path, and with every other fault', () => {
    expect(faultsOf({ ...others, APP_KEYS_FILE: '/nowhere', PUBLIC_ORIGIN: undefined }, readFile)).toEqual([
      'APP_KEYS_FILE cannot be read: /nowhere',
      'PUBLIC_ORIGIN is missing',
    ])
  })

  it('that is empty is told with its path', () => {
    expect(faultsOf({ ...others, APP_KEYS_FILE: '/run/secrets/empty' }, readFile)).toEqual([
      'APP_KEYS_FILE is empty: /run/secrets/empty',
    ])
  })

  it('that holds nonsense is told by its name', () => {
    expect(faultsOf({ ...others, APP_KEYS_FILE: '/run/secrets/bad' }, readFile)).toEqual([
      expect.stringMatching(/^APP_KEYS must be/),
    ])
  })
})

describe('what migrate needs', () => {
  it('is the database alone', () => {
    const database = { NODE_ENV: 'development', DATABASE_URL: 'postgres://a:b@db/x' }
    expect(readDatabaseDirectUrl(database)).toBe('postgres://a:b@db/x')
    expect(readDatabaseDirectUrl({ ...database, DATABASE_DIRECT_URL: 'postgres://a:b@db:1/x' })).toBe(
      'postgres://a:b@db:1/x',
    )
    expect(() => readDatabaseDirectUrl({})).toThrow(/DATABASE_URL is missing/)
  })
})

describe('production', () => {
  const development = {
    ...complete,
    PUBLIC_ORIGIN: 'http://127.0.0.1:3000',
    SENDGRID_BASE_URL: 'http://127.0.0.1:3001',
    APP_KEYS: `dev1:${key}`,
  }

  it('refuses plain http and development keys', () => {
    expect(faultsOf({ ...development, NODE_ENV: 'production' })).toEqual([
      'PUBLIC_ORIGIN must be https in production',
      'SENDGRID_BASE_URL must be https in production',
      'APP_KEYS holds a development key; make one of your own',
    ])
  })

  it('tells its refusals with all other faults', () => {
    expect(faultsOf({ ...development, MAIL_FROM: undefined })).toEqual([
      'MAIL_FROM is missing',
      ...faultsOf(development),
    ])
  })

  it('is assumed where NODE_ENV is not set', () => {
    expect(faultsOf(development)).toHaveLength(3)
  })

  it('is not development, which takes all of them', () => {
    expect(readConfig({ ...development, NODE_ENV: 'development' })).toMatchObject({
      production: false,
      shutdownDelay: 0,
    })
  })
})

describe('the console of support', () => {
  const console = {
    SUPPORT_ORIGIN: 'https://support.example',
    SUPPORT_OIDC_ISSUER: 'https://staff.example',
    SUPPORT_OIDC_CLIENT_ID: 'console',
  }

  it('is there where it is set up', () => {
    expect(readConfig({ ...complete, ...console }).support).toEqual({
      origin: 'https://support.example',
      listen: { host: '0.0.0.0', port: 3004 },
      oidc: { issuer: 'https://staff.example', clientId: 'console', clientSecret: null },
      roleClaim: 'roles',
      organizationsClaim: null,
      temporalUi: null,
    })
  })

  it.each([
    [{ SUPPORT_OIDC_ISSUER: '' }, 'SUPPORT_OIDC_ISSUER is missing, and SUPPORT_ORIGIN is set'],
    [{ SUPPORT_OIDC_CLIENT_ID: '' }, 'SUPPORT_OIDC_CLIENT_ID is missing, and SUPPORT_ORIGIN is set'],
    [
      { SUPPORT_ORIGIN: complete.PUBLIC_ORIGIN },
      'SUPPORT_ORIGIN must not be PUBLIC_ORIGIN: staff sign in apart from everybody else',
    ],
    [
      { SUPPORT_ORIGIN: `${complete.PUBLIC_ORIGIN}:8443` },
      'SUPPORT_ORIGIN must have a host of its own: cookies know no ports, so another port shares them',
    ],
    [{ SUPPORT_ORIGIN: 'http://support.example' }, 'SUPPORT_ORIGIN must be https in production'],
    [{ SUPPORT_OIDC_ISSUER: 'http://staff.example' }, 'SUPPORT_OIDC_ISSUER must be https in production'],
    [{ SUPPORT_TEMPORAL_UI: 'http://ui.example' }, 'SUPPORT_TEMPORAL_UI must be https in production'],
  ])('is refused with %j', (changes, fault) => {
    expect(faultsOf({ ...complete, ...console, ...changes })).toContain(fault)
  })
})

describe('.env.example', () => {
  const text = readFileSync(new URL('../.env.example', import.meta.url), 'utf8')
  const listed = [...text.matchAll(/^([A-Z_]+)=/gm)].map(([, name = '']) => name)

  it("lists every variable once, Temporal's own and those of the compose file", () => {
    const composes = ['POSTGRES_PASSWORD', 'AUTH_PIPELINE_VERSION']
    expect(listed.filter((name) => !name.startsWith('TEMPORAL_')).sort()).toEqual(
      [...variableNames, ...composes].sort(),
    )
    expect(listed.filter((name) => name.startsWith('TEMPORAL_'))).toEqual([
      'TEMPORAL_ADDRESS',
      'TEMPORAL_NAMESPACE',
    ])
  })
})
