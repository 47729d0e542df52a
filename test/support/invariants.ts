import { WorkflowNotFoundError } from '@temporalio/client'
import type { Client } from '@temporalio/client'
import type pg from 'pg'
import type { LedgerEntry } from '../../dev/demo/request-ledger.js'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'

/** What the checker reads after a run: rows, runs, and what the mail provider was sent. */
export interface Evidence {
  readonly pool: pg.Pool
  readonly temporal: Client
  readonly requests: readonly LedgerEntry[]
}

export interface Violation {
  /** As in the project's list of invariants: I1 to I16. */
  readonly id: string
  readonly what: string
}

/** Each statement names the rows that break its invariant; none is what is right. */
const statements: Readonly<Record<string, string>> = {
  'I1 an identity has one owner': `
    select provider_id || ' ' || issuer || ' ' || subject as what from identities
    group by provider_id, issuer, subject having count(*) > 1`,
  'I2 a verified address has one holder': `
    select canonical as what from user_emails where verified_at is not null group by canonical having count(*) > 1`,
  'I3 an accepted decision has an outcome': `
    select d.attempt_id::text as what from decisions d join attempts a on a.id = d.attempt_id where a.outcome is null`,
  'I3 an outcome is told once': `
    select attempt_id::text as what from audit_events where event = 'attempt.ended' group by attempt_id having count(*) > 1`,
  'I3 created is created': `
    select a.id::text as what from attempts a left join audit_events e on e.attempt_id = a.id and e.event = 'user.created'
    where a.outcome_how = 'created' group by a.id having count(e.id) <> 1`,
  'I3 linked and merged name the owner': `
    select a.id::text as what from attempts a join identities i on i.id = a.outcome_identity_id
    where a.outcome_how in ('linked', 'merged') and i.user_id <> a.outcome_user_id`,
  'I3 an identity is connected once by an attempt': `
    select attempt_id::text as what from audit_events where event = 'identity.linked' group by attempt_id having count(*) > 1`,
  'I3 only who was signed in did sign in': `
    select a.id::text as what from attempts a join audit_events e on e.attempt_id = a.id
      and (e.event = 'identity.linked' or e.event = 'proof.used' and e.target_kind = 'proof')
    where a.outcome is distinct from 'signed_in'`,
  'I4 a connected user is a member': `
    select a.id::text as what from attempts a where a.outcome_how in ('linked', 'merged') and not exists (
      select from organization_members m where m.organization_id = a.organization_id and m.user_id = a.outcome_user_id)`,
  'I4 no user without identity': `
    select u.id::text as what from users u where u.id in (select target_id::uuid from audit_events where event = 'user.created')
    and not exists (select from identities i where i.user_id = u.id)`,
  'I4 no user without member': `
    select u.id::text as what from users u where not exists (select from organization_members m where m.user_id = u.id)`,
  'I4 no unverified address without its mail': `
    select e.id::text as what from user_emails e where e.verified_at is null
    and not exists (select from mail_messages m where m.user_email_id = e.id)`,
  'I5 a mail under way is touched': `
    select id::text as what from mail_messages where state in ('queued', 'sending') and touched_at < app.now() - interval '15 min'`,
  'I5 an accepted mail has an accepted try': `
    select m.id::text as what from mail_messages m where m.state in ('accepted', 'delivered')
    and not exists (select from mail_tries t where t.mail_id = m.id and t.state in ('accepted', 'deferred', 'delivered'))`,
  'I7 a session names who its attempt signed in, and began after it': `
    select s.id::text as what from sessions s join attempts a on a.id = s.attempt_id
    where a.outcome is distinct from 'signed_in' or a.outcome_user_id is distinct from s.user_id or s.created_at < a.ended_at`,
  'I7 one live session for each attempt': `
    select attempt_id::text as what from sessions where ended_at is null and attempt_id is not null
    group by attempt_id having count(*) > 1`,
  'I8 a link is R’s own, a merge has its proof, and each proof was used for one account': `
    select a.id::text as what from attempts a join decisions d on d.attempt_id = a.id left join proofs p on p.id = d.proof_id
    where (a.outcome_how = 'linked' and d.session_user_id is distinct from a.outcome_user_id)
      or (a.outcome_how = 'merged' and p.id is null)
      or (a.outcome_how in ('linked', 'merged') and p.id is not null and (p.used_at is null or p.user_id is distinct from a.outcome_user_id))`,
  'I8 a proof is used where something came of it': `
    select p.id::text as what from proofs p join attempts a on a.id = p.attempt_id
    where p.used_at is not null and a.outcome is distinct from 'signed_in'`,
  'I10 a state that led somewhere was used up': `
    select id::text as what from attempts where stage in ('awaiting_decision', 'finishing') and state_used_at is null`,
  'I10 an address is confirmed once': `
    select target_id as what from audit_events where event = 'email.confirmed' group by target_id having count(*) > 1`,
  'I13 a mail that ended is ended': `
    select m.id::text as what from mail_messages m join user_emails e on e.id = m.user_email_id
    where e.verified_at is not null and m.kind in ('confirmation', 'confirmation_reminder')
      and m.state not in ('confirmed', 'cancelled', 'expired')`,
  'I13 a try that ended has a time': `
    select id::text as what from mail_tries where state <> 'sending' and finished_at is null`,
  'I15 nothing waits for the pipeline': `
    select id::text as what from attempts where stage = 'finishing' and created_at < app.now() - interval '60 s'`,
}

const copiesCap = 3

/** All violations of I1-I8, I10, I13, I15 and I16 (each name says what it demands). An empty list is what is right. */
export const checkInvariants = async ({ pool, temporal, requests }: Evidence): Promise<Violation[]> => {
  const violations: Violation[] = []
  for (const [name, statement] of Object.entries(statements)) {
    const { rows } = await pool.query<{ what: string }>(statement)
    for (const { what } of rows)
      violations.push({ id: name.split(' ', 1)[0] ?? name, what: `${name}: ${what}` })
  }
  return [...violations, ...(await copies(pool, requests)), ...(await openRuns(pool, temporal))]
}

/** I6: messages that the provider took, by mail: at most one more than there were tries of unknown fate, and three ever. */
const copies = async (pool: pg.Pool, requests: readonly LedgerEntry[]): Promise<Violation[]> => {
  const { rows } = await pool.query<{ id: string; mail_id: string; state: string }>(
    'select id, mail_id, state from mail_tries',
  )
  const taken = new Map<string, number>()
  for (const request of requests) {
    const mail = rows.find(({ id }) => id === tryOf(request))?.mail_id
    if (mail !== undefined && wasTaken(request)) taken.set(mail, (taken.get(mail) ?? 0) + 1)
  }
  return [...taken].flatMap(([mail, count]) => {
    const ambiguous = rows.filter(({ mail_id: id, state }) => id === mail && state === 'ambiguous').length
    return count <= Math.min(1 + ambiguous, copiesCap)
      ? []
      : [{ id: 'I6', what: `${count} copies of ${mail}, ${ambiguous} ambiguous` }]
  })
}

/** I16: a run that waits for a decision has an open attempt; an attempt that awaits one has a run, or is owed one. */
const openRuns = async (pool: pg.Pool, temporal: Client): Promise<Violation[]> => {
  const running = new Set<string>()
  for await (const run of temporal.workflow.list({
    query: `ExecutionStatus = "Running" and WorkflowType = "AuthPipelineWorkflow"`,
  })) {
    running.add(run.workflowId.split('/').at(-1) ?? '')
  }
  const { rows } = await pool.query<{
    id: string
    organization_id: string
    outcome: string | null
    started: boolean
    mail_open: boolean
  }>(
    `select a.id, a.organization_id, a.outcome, a.started_at is not null as started,
       exists (select from mail_messages m where m.attempt_id = a.id and m.state not in ('confirmed', 'cancelled', 'expired')) as mail_open
     from attempts a where a.stage in ('awaiting_decision', 'finishing', 'ended')`,
  )
  const found: Violation[] = []
  for (const { id, organization_id: organizationId, outcome, started, mail_open: mailOpen } of rows) {
    const listed = running.has(id)
    const lacksRun = outcome === null && started && !listed
    const outlived = outcome !== null && listed && !mailOpen
    if (!lacksRun && !outlived) continue
    // The list follows what happens at some distance: only what the run itself says counts.
    if ((await isRunning(temporal, authPipelineWorkflowId(organizationId, id))) !== listed) continue
    found.push({
      id: 'I16',
      what: lacksRun ? `attempt ${id} is open and has no run` : `attempt ${id} has ended and its run has not`,
    })
  }
  return found
}

const isRunning = (temporal: Client, workflowId: string): Promise<boolean> =>
  temporal.workflow
    .getHandle(workflowId)
    .describe()
    .then(
      ({ status }) => status.name === 'RUNNING',
      (error: unknown) => {
        if (error instanceof WorkflowNotFoundError) return false
        throw error
      },
    )

const tryOf = (request: LedgerEntry): string | undefined => request.custom_args['try_id']
const wasTaken = (request: LedgerEntry): boolean => request.message_id !== null
