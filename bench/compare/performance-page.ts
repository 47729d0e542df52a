import type { Counts } from './counts.js'
import type { MailBacklog } from './mail-backlog.js'
import type { OpenDecisions } from './open-decisions.js'
import type { Ratio } from './statistics.js'
import type { Workload } from './workloads.js'

export interface Results {
  readonly ratios: Readonly<
    Record<
      | 'w2_over_floor_throughput'
      | 'decision_p95_over_floor'
      | 'decision_p95_over_floor_alone'
      | 'w1_over_better_auth_per_cpu_second'
      | 'w1_over_plain_koa'
      | 'p95_with_10k_open_over_none',
      Ratio
    >
  >
  readonly counts: Counts
  readonly open: readonly OpenDecisions[]
  readonly backlog: MailBacklog
  readonly cold: { readonly api_ms: number; readonly worker_ms: number }
  readonly absolute: Readonly<
    Record<
      Workload,
      Readonly<Record<'per_second' | 'per_cpu_second' | 'p50_ms' | 'p95_ms' | 'p99_ms', number>> & {
        /** Of the last block, by process. */
        readonly cpu_ms: Readonly<Record<string, number>>
      }
    >
  >
  readonly machine: Readonly<Record<string, string | number | boolean>>
}

const goals: readonly (readonly [
  name: keyof Results['ratios'],
  what: string,
  goal: string,
  holds: (value: number) => boolean,
])[] = [
  ['w2_over_floor_throughput', 'W2 / F, throughput', '≥ 0.95', (value) => value >= 0.95],
  [
    'decision_p95_over_floor',
    'decision → outcome p95 / F’s signal → result p95, 16 people',
    '≤ 1.15',
    (value) => value <= 1.15,
  ],
  ['decision_p95_over_floor_alone', 'the same, one person at a time', '≤ 1.15', (value) => value <= 1.15],
  [
    'w1_over_better_auth_per_cpu_second',
    'W1 / Better Auth’s known login, flows per CPU-second',
    '≥ 4',
    (value) => value >= 4,
  ],
  ['w1_over_plain_koa', 'W1 / plain Koa, flows per CPU-second', '≥ 0.8', (value) => value >= 0.8],
  [
    'p95_with_10k_open_over_none',
    'W5: p95 of a new pipeline with 10,000 open / with none',
    '≤ 1.1',
    (value) => value <= 1.1,
  ],
]

const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** Where the part of the page begins that people write. */
const learnt = /^(?=## What was learnt$)/m

/** `docs/performance.md`, ratios first; what people wrote into the page that `before` stood there is kept. */
export const performancePage = (results: Results, before: string): string =>
  `${measuredPart(results)}\n${before.split(learnt)[1] ?? ''}`

const measuredPart = ({
  ratios,
  counts,
  open,
  backlog,
  cold,
  absolute,
  machine,
}: Results): string => `# Performance

Written by \`npm run bench\`, as far as [what was learnt](#what-was-learnt): there is why the goals that are missed are missed, and what was tried.${machine['quick'] === true ? ' **Provisional: from a quick run on a busy machine.**' : ''}

Every ratio is of two systems in one run: blocks alternate, every other round backwards, the first round is dropped, and the median of
the rounds' ratios is shown with the smallest and the largest. After each block the rows and mails are counted; a wrong count voids the run.

${table(
  ['ratio', 'goal', 'median', 'min – max', ''],
  goals.map(([name, what, goal, holds]) => {
    const { median, min, max } = ratios[name]
    return [what, goal, median, `${min} – ${max}`, holds(median) ? 'reached' : '**missed**']
  }),
)}

| counted, per W2 until its mail is accepted | goal | |
| --- | --- | --- |
| history events | ≤ 22 | ${counts.events} |
| workflow tasks | ≤ 3 | ${counts.tasks} |
| history bytes | ≤ 8192 | ${counts.bytes} |

SQL statements per flow, \`begin\` and \`commit\` included: ${Object.entries(counts.statements)
  .map(([name, statements]) => `${name} ${statements}`)
  .join(', ')}.

## What was run

- **W1** known identity: button to session, two requests. **W2** unknown identity: create, session, mail accepted by the provider.
- **W3** signed in as W1, then a second provider's identity linked to the account, new session.
- **W4** unknown, an account proved by its password (argon2id), the identity merged into it, session, its owner told by mail.
- **F**, the durable floor: a workflow of one signal, one local activity and one activity that do nothing, on the same server.
- **K**: plain Koa, \`openid-client\` and the statements of W1, without policy, sealing, origin check, cookies of ours or log.
- **B**: Better Auth 1.7.25 with generic OAuth, as its documentation sets it up, the same provider, the same Postgres, as many people known.
- 100,000 people are known before. Postgres is durable, Temporal is the embedded server with a database file, 16 people come at a
  time, and driver, provider and mail API share the machine with what is measured. Their CPU does not count; that of API or peer,
  worker, Postgres and Temporal does.

${table(
  ['', 'flows/s', 'flows/CPU-s', 'p50 ms', 'p95 ms', 'p99 ms', 'CPU ms per flow'],
  Object.entries(absolute).map(([name, of]) => [
    name,
    of.per_second,
    of.per_cpu_second,
    of.p50_ms,
    of.p95_ms,
    of.p99_ms,
    Object.entries(of.cpu_ms)
      .map(([process, ms]) => `${process} ${ms}`)
      .join(', '),
  ]),
)}

**W5**, decisions that nobody makes:

${table(
  ['open', 'p95 beside them / with none', 'worker memory per open decision'],
  open.map((step) => [step.open, step.p95.median, `${(step.workerBytesPerOpen / 1024).toFixed(1)} KiB`]),
)}

**W6**, ${backlog.mails} accounts created while the mail API answers 503 for ${backlog.outage_s} s; then it takes ${backlog.per_second} mails a second, and 429 for the rest:
drained in ${backlog.drain_s} s, ${backlog.drain_over_ideal} of the ideal; requests per mail ${backlog.tries_per_mail.outage} in the outage and ${backlog.tries_per_mail.drain} afterwards, ${backlog.statements_per_mail} SQL
statements per mail afterwards. Every mail arrived once.

**W7**, from the start of a process until it serves: API ${cold.api_ms} ms, worker ${cold.worker_ms} ms.

Machine: ${machine['cpus'] ?? ''} × ${machine['cpu'] ?? ''}, ${machine['memory_gib'] ?? ''} GiB, Node ${machine['node'] ?? ''}.
`
