import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { productionFaults, supportFaults } from './config/faults.js'
import type { Environment } from './config/faults.js'

/** Everything that can be set, read once by each `main.ts`. Temporal's own variables are read by `@temporalio/envconfig`. */
export interface Config {
  readonly production: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error'
  /** What the browser sees, such as `https://sign-in.example`: links, redirect URIs and origin checks are built from it. */
  readonly publicOrigin: string
  readonly listen: { readonly host: string; readonly port: number }
  /** The console of support; null where it is not set up. */
  readonly support: SupportConfig | null
  readonly workerListen: { readonly host: string; readonly port: number }
  /** Metrics of the API; those of the worker are on its own port. */
  readonly metricsListen: { readonly host: string; readonly port: number }
  /** Whom security researchers write to, a `mailto:` or `https:` URI (RFC 9116); null where nobody was named. */
  readonly securityContact: string | null
  /** As authenticator apps call this service. */
  readonly serviceName: string
  /** Whom people turn to, a `mailto:` or `https:` URI: pages and mails link to it; null where nobody was named. */
  readonly supportContact: string | null
  /** Seconds for which an API that was told to stop serves on while it says that it is not ready. */
  readonly shutdownDelay: number
  /** Proxies in front of the API that add to `X-Forwarded-For`. */
  readonly trustedProxies: number
  readonly databaseUrl: string
  /** For migrations: past a transaction pooler. */
  readonly databaseDirectUrl: string
  /** The one in use first. */
  readonly keys: readonly { readonly id: string; readonly secret: Buffer }[]
  readonly sendGrid: {
    readonly apiKey: string
    readonly baseUrl: string
    /** Public key of the signed event webhook, base64 SPKI DER; null where none is set up. */
    readonly webhookKey: string | null
  }
  readonly mailFrom: { readonly name: string; readonly email: string }
}

/** The console listens apart from the API and signs its staff in at a provider of its own. */
interface SupportConfig {
  /** What its browsers see, such as `https://support.example`. */
  readonly origin: string
  readonly listen: { readonly host: string; readonly port: number }
  readonly oidc: { readonly issuer: string; readonly clientId: string; readonly clientSecret: string | null }
  /** The claim of the ID token that names roles: view, operate, erase, admin. */
  readonly roleClaim: string
  /** Claim that narrows staff to organizations; named, whoever lacks it sees none. */
  readonly organizationsClaim: string | null
  /** Temporal's Web UI, to link to, and the only origin that may ask for decoded payloads; null where there is none. */
  readonly temporalUi: string | null
}

/** All that is wrong with the environment, one line a variable, with the way to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly faults: readonly string[]) {
    super(`The configuration is not usable:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
  }
}

const port = z.coerce.number().int().min(0).max(65535)
const origin = z
  .string()
  .refine(
    (text) => /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text,
    'must be an origin only, such as https://sign-in.example, without a path',
  )
const contact = z
  .string()
  .refine(
    (text) => /^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(text) && URL.canParse(text),
    'must be a mailto: or https: URI',
  )
const postgresUrl = z.url({
  protocol: /^postgres(ql)?$/,
  error: 'must look like postgres://user:password@host:5432/database',
})

const keyShape = /^([a-z0-9]{1,16}):([A-Za-z0-9+/]{43}=)$/
/** Keys from the text of `APP_KEYS`, the one in use first. */
export const readKeys = (text: string): Config['keys'] =>
  text.split(',').map((key) => {
    const [, id = '', secret = ''] = keyShape.exec(key) ?? []
    return { id, secret: Buffer.from(secret, 'base64') }
  })

const appKeys = z
  .string('is missing; make one with: echo "k1:$(openssl rand -base64 32)"')
  .refine((text) => text.split(',').every((key) => keyShape.test(key)), {
    error:
      'must be id:base64-of-32-bytes, several separated by commas, the one in use first; ids are 1-16 lower-case letters and digits',
  })
  .transform((text) => readKeys(text))
const mailbox = z
  .string()
  .regex(/^[^<>]{1,60} <[^<>\s@]+@[^<>\s@]+>$/, 'must look like: Example Sign-in <no-reply@sign-in.example>')
  .transform((text) => {
    const [name = '', email = ''] = text.slice(0, -1).split(' <')
    return { name, email }
  })

const isPublicKey = (spki: string): boolean => {
  try {
    createPublicKey({ key: Buffer.from(spki, 'base64'), format: 'der', type: 'spki' })
    return true
  } catch {
    return false
  }
}

const environment = z.object({
  NODE_ENV: z.enum(['production', 'development', 'test']).default('production'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error']).default('info'),
  PUBLIC_ORIGIN: origin,
  HOST: z.string().min(1).default('0.0.0.0'),
  PORT: port.default(3000),
  WORKER_HOST: z.string().min(1).default('0.0.0.0'),
  WORKER_PORT: port.default(3003),
  METRICS_HOST: z.string().min(1).default('0.0.0.0'),
  METRICS_PORT: port.default(3005),
  SUPPORT_ORIGIN: origin.optional(),
  SUPPORT_HOST: z.string().min(1).default('0.0.0.0'),
  SUPPORT_PORT: port.default(3004),
  SUPPORT_OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  SUPPORT_OIDC_CLIENT_ID: z.string().min(1).optional(),
  SUPPORT_OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  SUPPORT_ROLE_CLAIM: z.string().min(1).default('roles'),
  SUPPORT_ORGANIZATIONS_CLAIM: z.string().min(1).optional(),
  SUPPORT_TEMPORAL_UI: origin.optional(),
  SECURITY_CONTACT: contact.optional(),
  SUPPORT_CONTACT: contact.optional(),
  // It stands before a colon in the label of an `otpauth:` URI.
  SERVICE_NAME: z
    .string()
    .regex(/^[^:\p{C}]{1,60}$/u, 'must be 1 to 60 characters without a colon')
    .default('auth-pipeline'),
  SHUTDOWN_DELAY_SECONDS: z.coerce.number().int().min(0).max(300).optional(),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).max(10).default(0),
  DATABASE_URL: postgresUrl,
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  APP_KEYS: appKeys,
  SENDGRID_API_KEY: z.string().regex(/^SG\.\S+$/, 'must be a SendGrid API key, which starts with SG.'),
  SENDGRID_BASE_URL: origin.default('https://api.sendgrid.com'),
  SENDGRID_WEBHOOK_KEY: z
    .string()
    .refine(isPublicKey, 'must be the verification key that SendGrid shows, base64')
    .optional(),
  MAIL_FROM: mailbox,
})

/** Secrets: may instead be given as `NAME_FILE`, the path of a file that holds the value, and are never shown. */
export const secretNames = [
  'DATABASE_URL',
  'DATABASE_DIRECT_URL',
  'APP_KEYS',
  'SENDGRID_API_KEY',
  'SUPPORT_OIDC_CLIENT_SECRET',
] as const

/** Names of all variables, for the test that keeps `.env.example` true. */
export const variableNames: readonly string[] = Object.keys(environment.shape)

type ReadFile = (path: string) => string
const readTextFile: ReadFile = (path) => readFileSync(path, 'utf8')

/**
 * Reads the configuration; nothing else reads the environment.
 * @throws ConfigError with all faults at once
 */
export const readConfig = (env: Environment, readFile = readTextFile): Config => {
  const data = readVariables(environment, env, readFile, (values) => [
    ...supportFaults(values),
    ...((values['NODE_ENV'] ?? 'production') === 'production' ? productionFaults(values) : []),
  ])
  return Object.freeze({
    production: data.NODE_ENV === 'production',
    logLevel: data.LOG_LEVEL,
    publicOrigin: data.PUBLIC_ORIGIN,
    listen: { host: data.HOST, port: data.PORT },
    support:
      data.SUPPORT_ORIGIN === undefined
        ? null
        : {
            origin: data.SUPPORT_ORIGIN,
            listen: { host: data.SUPPORT_HOST, port: data.SUPPORT_PORT },
            oidc: {
              issuer: data.SUPPORT_OIDC_ISSUER ?? '',
              clientId: data.SUPPORT_OIDC_CLIENT_ID ?? '',
              clientSecret: data.SUPPORT_OIDC_CLIENT_SECRET ?? null,
            },
            roleClaim: data.SUPPORT_ROLE_CLAIM,
            organizationsClaim: data.SUPPORT_ORGANIZATIONS_CLAIM ?? null,
            temporalUi: data.SUPPORT_TEMPORAL_UI ?? null,
          },
    workerListen: { host: data.WORKER_HOST, port: data.WORKER_PORT },
    metricsListen: { host: data.METRICS_HOST, port: data.METRICS_PORT },
    securityContact: data.SECURITY_CONTACT ?? null,
    supportContact: data.SUPPORT_CONTACT ?? null,
    serviceName: data.SERVICE_NAME,
    // Nothing in front of a developer's API asks whether it is ready.
    shutdownDelay: data.SHUTDOWN_DELAY_SECONDS ?? (data.NODE_ENV === 'production' ? 5 : 0),
    trustedProxies: data.TRUSTED_PROXIES,
    databaseUrl: data.DATABASE_URL,
    databaseDirectUrl: data.DATABASE_DIRECT_URL ?? data.DATABASE_URL,
    keys: data.APP_KEYS,
    sendGrid: {
      apiKey: data.SENDGRID_API_KEY,
      baseUrl: data.SENDGRID_BASE_URL,
      webhookKey: data.SENDGRID_WEBHOOK_KEY ?? null,
    },
    mailFrom: data.MAIL_FROM,
  })
}

/**
 * What `migrate` needs, which runs before there is anything else to configure: the connection string past a transaction pooler.
 * @throws ConfigError
 */
export const readDatabaseDirectUrl = (env: Environment, readFile = readTextFile): string => {
  const schema = environment.pick({ DATABASE_URL: true, DATABASE_DIRECT_URL: true })
  const { DATABASE_URL, DATABASE_DIRECT_URL } = readVariables(schema, env, readFile, () => [])
  return DATABASE_DIRECT_URL ?? DATABASE_URL
}

const readVariables = <Schema extends z.ZodObject>(
  schema: Schema,
  env: Environment,
  readFile: ReadFile,
  rules: (values: Environment) => string[],
): z.output<Schema> => {
  const faults: string[] = []
  const values = withoutEmpty({ ...env, ...secretsFromFiles(env, readFile, faults) })
  const parsed = schema.safeParse(values)
  for (const { path, message } of parsed.error?.issues ?? []) {
    const name = path.join('.')
    const isMissing = values[name] === undefined
    if (isMissing && env[`${name}_FILE`]) continue // its file has been told
    faults.push(`${name} ${isMissing && !message.startsWith('is ') ? 'is missing' : message}`)
  }
  faults.push(...rules(values))
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults)
  return parsed.data
}

/** For a process that cannot go on without it: tells the faults, without a stack, and ends. */
export const configOrExit = (env: Environment): Config => {
  try {
    return readConfig(env)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    console.error(error.message)
    process.exit(1)
  }
}

const secretsFromFiles = (env: Environment, readFile: ReadFile, faults: string[]): Environment => {
  const secrets: Record<string, string> = {}
  for (const name of secretNames) {
    const path = env[`${name}_FILE`]
    if (path === undefined || path === '') continue
    if (env[name] !== undefined && env[name] !== '')
      faults.push(`${name} and ${name}_FILE are both set; keep one`)
    try {
      const secret = readFile(path).trim()
      if (secret === '') faults.push(`${name}_FILE is empty: ${path}`)
      secrets[name] = secret
    } catch {
      faults.push(`${name}_FILE cannot be read: ${path}`)
    }
  }
  return secrets
}

const withoutEmpty = (env: Environment): Environment =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''))
