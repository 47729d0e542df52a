import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MailDependencies } from '../../activities/dependencies.js'
import { createSettle } from '../../activities/settle.js'
import { createLogger } from '../../clients/log.js'
import { createSendGridTransport } from '../../clients/sendgrid.js'
import { startMailSink } from '../../dev/demo/sink.js'
import type { MailSink } from '../../dev/demo/sink.js'
import { seed } from '../../dev/seed.js'
import { createDatabase } from '../../store/stores.js'
import { decideFor, openAttempt } from './attempts.js'
import { createTestDatabase } from './database.js'
import type { TestDatabase } from './database.js'
import { testKeyring, testKeys } from './keys.js'
import { recordMoves } from './mail-moves.js'

/** What a mail is delivered with: a real database whose clock tests move, and the real mail sink. */
export interface MailParts {
  readonly testDatabase: TestDatabase
  readonly dependencies: MailDependencies
  readonly inbox: MailSink
}

/** The parts alone: no Temporal. Moves of mails are recorded (`mail-moves.ts`). */
export const startMailParts = async (): Promise<MailParts & { stop(): Promise<void> }> => {
  const folder = mkdtempSync(join(tmpdir(), 'auth-pipeline-mail-'))
  const [testDatabase, inbox] = await Promise.all([
    createTestDatabase(),
    startMailSink({
      port: 0,
      apiKey: 'SG.test',
      apiOrigin: 'http://127.0.0.1:9',
      dataDir: folder,
      log: createLogger('test', 'silent'),
    }),
  ])
  await seed({ databaseUrl: testDatabase.url, issuer: 'https://issuer.example', keys: testKeys })
  await recordMoves(testDatabase.pool)
  return {
    testDatabase,
    inbox,
    dependencies: {
      database: createDatabase(testDatabase.pool),
      keyring: testKeyring,
      publicOrigin: 'https://sign-in.example',
      supportContact: null,
      transport: createSendGridTransport({
        apiKey: 'SG.test',
        baseUrl: inbox.url,
        from: { name: 'Auth Pipeline', email: 'no-reply@auth-pipeline.example' },
        timeout: 300,
      }),
    },
    async stop() {
      await inbox.close()
      await testDatabase.drop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export interface QueuedMail {
  readonly mailId: string
  readonly attemptId: string
  readonly organizationId: string
  readonly address: string
}

/** A new user's confirmation mail, queued by the real commit, with nobody who sends it. */
export const queueMail = async ({ dependencies }: MailParts, name: string): Promise<QueuedMail> => {
  const { attemptId, organizationId } = await openAttempt(dependencies, name)
  await decideFor(dependencies, attemptId, 'create')
  const settled = await createSettle(dependencies)({ attemptId })
  const mailId = settled?.mails[0]
  if (mailId === undefined) throw new Error('the commit queued no mail')
  return { mailId, attemptId, organizationId, address: `${name}@people.example` }
}

export interface MailRow {
  readonly state: string
  readonly reason: string | null
  readonly round: number
  readonly workflow_id: string
  readonly paused_seconds: number
  /** Round, state and reason of each try, in order. */
  readonly tries: readonly string[]
  /** Names of the audit events about the mail, in order. */
  readonly audit: readonly string[]
}

export const readMail = async ({ testDatabase }: MailParts, mailId: string): Promise<MailRow> => {
  const { rows } = await testDatabase.pool.query<MailRow>(
    `select m.state, m.reason, m.round, m.workflow_id, m.paused_seconds,
       array(select concat_ws(' ', t.round, t.state, t.reason) from mail_tries t where t.mail_id = m.id order by t.round, t.attempt) as tries,
       array(select e.event from audit_events e where e.target_id = m.id::text order by e.at, e.id) as audit
     from mail_messages m where m.id = $1`,
    [mailId],
  )
  const [row] = rows
  if (row === undefined) throw new Error('no such mail')
  return row
}

/** The messages that the provider took for an address, oldest first. */
export const copiesTo = ({ inbox }: MailParts, address: string) =>
  inbox
    .messages()
    .filter(({ to }) => to === address)
    .reverse()

/** The tokens of the links in the copies to an address, oldest first. */
export const tokensTo = (parts: MailParts, address: string): string[] =>
  copiesTo(parts, address).map(({ text }) => /\/confirm\/(\S+)/.exec(text ?? '')?.[1] ?? '')

/** Seconds between the tries of a mail, by the database's clock. */
export const gapsOf = async ({ testDatabase }: MailParts, mailId: string): Promise<number[]> => {
  const { rows } = await testDatabase.pool.query<{ gap: number | null }>(
    `select extract(epoch from started_at - lag(started_at) over (order by round, attempt))::float8 as gap
     from mail_tries where mail_id = $1 order by round, attempt`,
    [mailId],
  )
  return rows.map(({ gap }) => gap).filter((gap) => gap !== null)
}
