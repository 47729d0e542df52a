import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import proto from '@temporalio/proto'
import pg from 'pg'
import { authPipelineWorkflowId } from '../../domain/workflow-ids.js'
import type { Answer, Browser } from '../support/browser.js'
import { eventually, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { untilRunWaits } from '../support/until.js'

const { EventType } = proto.temporal.api.enums.v1

let product: Product
const statements: string[] = []
beforeAll(async () => {
  product = await startProduct()
  // Counts on the wire's side of the pool: `begin` and `commit` are round trips too.
  const { query } = pg.Client.prototype
  jest.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...call: unknown[]) {
    statements.push(String((call[0] as { text?: string }).text ?? call[0]))
    return (query as (...call: unknown[]) => unknown).apply(this, call)
  })
})
afterAll(async () => {
  jest.restoreAllMocks()
  await product.stop()
})

/** What asks again and again belongs to nobody's sign-in: the relays, and the look for an outcome while it is awaited. */
const repeated = /delivery_owed_since <=|^update attempts set relayed_at|^select outcome, outcome_how/

/** The statements of a step, each by its first words. */
const during = async (step: () => Promise<unknown>): Promise<string[]> => {
  statements.length = 0
  await step()
  return statements
    .map((statement) => statement.replace(/\s+/g, ' ').trim())
    .filter((statement) => !repeated.test(statement))
}

/** The start of an attempt, and its statements. */
const start = async (browser: Browser, hint: string): Promise<{ started: Answer; starting: string[] }> => {
  const answers: Answer[] = []
  const body = { organization: 'acme', provider: 'demo', login_hint: hint }
  const starting = await during(async () => answers.push(await browser.postJson('/v1/attempts', body)))
  const [started] = answers
  if (started === undefined) throw new Error('nothing began')
  return { started, starting }
}

/** To the callback's own address; what follows is the callback. */
const atProvider = async (browser: Browser, started: Answer): Promise<string> => {
  let answer = await browser.get(String(started.json()['authorization_url']))
  while (!answer.location().includes('/callback/')) answer = await browser.get(answer.location())
  return answer.location()
}

describe('the budget of a sign-in', () => {
  it('of a known person is seven statements in two requests, and no workflow', async () => {
    const browser = product.browser()
    const { started, starting } = await start(browser, 'mark')
    const callback = await atProvider(browser, started)
    const returning = await during(() => browser.get(callback))
    expect([starting, returning].map((step) => step.length)).toEqual([3, 4])
    expect((await browser.get('/v1/session')).status).toBe(200)
    expect((await product.temporal.workflow.count()).count).toBe(0)
  })

  it('of an unknown person is 56 statements, 20 events and 3 tasks until the mail is accepted', async () => {
    const browser = product.browser()
    const { started, starting } = await start(browser, 'newcomer')
    const id = String(started.json()['id'])
    const callback = await atProvider(browser, started)
    const returning = await during(() => browser.get(callback))

    const organization = await product.database.organizations.find('acme')
    const run = product.temporal.workflow.getHandle(authPipelineWorkflowId(organization?.id ?? '', id))
    const isAccepted = async (): Promise<true | null> =>
      (await run.fetchHistory()).events?.some(
        ({ eventType }) => eventType === EventType.EVENT_TYPE_ACTIVITY_TASK_COMPLETED,
      ) === true
        ? true
        : null
    await untilRunWaits(run)
    const deciding = await during(async () => {
      await browser.postJson(`/v1/attempts/${id}/decision`, { decision: 'create' })
      await eventually(isAccepted)
    })
    const redeeming = await during(() => browser.postJson(`/v1/attempts/${id}/session`, {}))
    expect([starting, returning, deciding, redeeming].map((step) => step.length)).toEqual([3, 5, 37, 11])

    const { events } = await eventually(async () => {
      const history = await run.fetchHistory()
      return history.events?.at(-1)?.eventType === EventType.EVENT_TYPE_TIMER_STARTED ? history : null
    })
    const types = (events ?? []).map(({ eventType }) => eventType)
    expect(types).toHaveLength(20)
    expect(types.filter((type) => type === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED)).toHaveLength(3)
    const { raw } = await run.describe()
    const bytes = Number(raw.workflowExecutionInfo?.historySizeBytes)
    // The times and the names of worker processes in it differ by a few bytes.
    expect(Math.abs(bytes - 4_404)).toBeLessThan(32)
  })
})
