import { pino } from 'pino'
import { z } from 'zod'
import { startDemoProvider } from './provider.js'
import { startMailSink } from './sink.js'

/** The demo provider and the mail sink in one process, a child of the embedded stack. */
const port = z.coerce.number().int().min(0).max(65_535)
const env = z
  .object({
    DEMO_PROVIDER_PORT: port,
    DEMO_INBOX_PORT: port,
    SUPPORT_ORIGIN: z
      .url()
      .transform((url) => new URL(url).origin)
      .optional(),
    API_ORIGIN: z.url().transform((url) => new URL(url).origin),
    DEMO_DATA_DIR: z.string().min(1),
    SENDGRID_API_KEY: z.string().min(1),
    DEMO_CLIENT_SECRET: z.string().min(1).default('demo-client-secret'),
  })
  .parse(process.env)

const log = pino({ name: 'demo' })
const shared = { apiOrigin: env.API_ORIGIN, dataDir: env.DEMO_DATA_DIR, log }
const sink = await startMailSink({ ...shared, port: env.DEMO_INBOX_PORT, apiKey: env.SENDGRID_API_KEY })
const provider = await startDemoProvider({
  ...shared,
  port: env.DEMO_PROVIDER_PORT,
  ...(env.SUPPORT_ORIGIN === undefined ? {} : { supportOrigin: env.SUPPORT_ORIGIN }),
  clientSecret: env.DEMO_CLIENT_SECRET,
  inboxUrl: sink.url,
})
log.info({ provider: provider.issuer, inbox: sink.url }, 'demo provider and mail sink are ready')

async function stop(): Promise<void> {
  await Promise.all([provider.close(), sink.close()])
  process.exit(0)
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop())
// A parent that was killed sends no signal; its channel, where there is one, closes.
process.once('disconnect', () => void stop())
