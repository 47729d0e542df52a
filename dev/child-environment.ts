import { staffClient } from './demo/provider-configuration.js'
import { readWebhookKeys } from './demo/webhook-keys.js'
import type { DevKeys } from './dev-keys.js'
import type { StackPorts } from './ports.js'

export interface StackFacts {
  readonly ports: StackPorts
  readonly keys: DevKeys
  readonly databaseUrl: string
  readonly temporal: string
  readonly demoData: string
}

/** What API, worker and demo parts are told: the own environment, and over it what the stack knows better. */
export function childEnvironment(own: NodeJS.ProcessEnv, facts: StackFacts): NodeJS.ProcessEnv {
  const { ports, keys, databaseUrl, temporal, demoData } = facts
  const api = localUrl(ports.api)
  return {
    LOG_LEVEL: 'info',
    TEMPORAL_NAMESPACE: 'default',
    ...own,
    ...keys,
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    PORT: String(ports.api),
    PUBLIC_ORIGIN: api,
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: String(ports.metrics),
    SUPPORT_ORIGIN: localUrl(ports.support),
    SUPPORT_HOST: '127.0.0.1',
    SUPPORT_PORT: String(ports.support),
    SUPPORT_OIDC_ISSUER: localUrl(ports.provider),
    SUPPORT_OIDC_CLIENT_ID: staffClient.id,
    SUPPORT_OIDC_CLIENT_SECRET: staffClient.secret,
    SUPPORT_ROLE_CLAIM: 'roles',
    ...(own['TEMPORAL_ADDRESS'] ? {} : { SUPPORT_TEMPORAL_UI: localUrl(ports.temporalUi) }),
    WORKER_HOST: '127.0.0.1',
    WORKER_PORT: String(ports.worker),
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: temporal,
    SENDGRID_BASE_URL: localUrl(ports.inbox),
    SENDGRID_WEBHOOK_KEY: readWebhookKeys(demoData).publicKey,
    MAIL_FROM: 'Auth Pipeline <no-reply@auth-pipeline.example>',
    API_ORIGIN: api,
    DEMO_PROVIDER_PORT: String(ports.provider),
    DEMO_INBOX_PORT: String(ports.inbox),
    DEMO_DATA_DIR: demoData,
  }
}

/** The address of a part that listens on loopback. */
export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`
}
