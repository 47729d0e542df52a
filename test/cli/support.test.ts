import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { listAttempts, showAttempt } from '../../cli/attempts.js'
import { verifyAudit } from '../../cli/audit.js'
import type { CliDependencies } from '../../cli/dependencies.js'
import { doctor } from '../../cli/doctor.js'
import { replayAttempt } from '../../cli/replay.js'
import { createDataConverter } from '../../clients/payload-codec.js'
import { replayHistories } from '../../worker/replay.js'
import { sealAudit } from '../../worker/sealer.js'
import { attemptIdOf, eventually, signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'
import { workflowBundle } from '../support/temporal.js'

let product: Product
let attemptId = ''
let printed: string[] = []
const cli = (): CliDependencies => {
  printed = []
  const { database, keyring, providerCheck, pipelines } = product.apiDependencies
  const print = (line: string): void => void printed.push(line)
  return {
    database,
    keyring,
    providerCheck,
    pipelines,
    publicOrigin: product.origin,
    development: true,
    print,
  }
}
beforeAll(async () => {
  product = await startProduct()
  const browser = product.browser()
  attemptId = attemptIdOf(await signInAtProvider(browser, 'at-the-terminal'))
  await browser.postJson(
    `/v1/attempts/${attemptId}/decision`,
    { decision: 'create' },
    { 'idempotency-key': 'k' },
  )
  await eventually(() => product.inbox.messages().find(({ to }) => to === 'at-the-terminal@people.example'))
})
afterAll(() => product.stop())

describe('at the terminal', () => {
  it('a sign-in is found by its address, and the address is not printed', async () => {
    await listAttempts(cli(), { email: 'at-the-terminal@people.example', limit: 20 })
    expect(printed).toHaveLength(1)
    expect(printed[0]).toContain(attemptId)
    expect(printed[0]).toContain('acme/demo  signed_in created')
    expect(printed[0]).not.toContain('people.example')
    await listAttempts(cli(), { email: 'nobody@people.example', limit: 20 })
    expect(printed).toEqual(['No sign-ins.'])
    await expect(listAttempts(cli(), { email: 'nobody', limit: 20 })).rejects.toThrow(
      'not one e-mail address',
    )
  })

  it('its story is told, and an id that is none is refused', async () => {
    await showAttempt(cli(), attemptId)
    expect(printed.join('\n')).toMatch(
      /The sign-in began[\s\S]*The person decided: create[\s\S]*An account was made/,
    )
    expect(printed.join('\n')).not.toContain('people.example')
    await expect(showAttempt(cli(), 'nonsense')).rejects.toThrow('There is no sign-in nonsense')
  })

  it('its history is replayed on this build, with the event ids beside the story', async () => {
    const { keyring, pipelines } = product.apiDependencies
    const input = {
      namespace: pipelines.namespace,
      workflowBundle,
      dataConverter: createDataConverter(keyring, pipelines.namespace),
    }
    await replayAttempt(cli(), attemptId, (histories) => replayHistories(histories, input))
    expect(printed.join('\n')).toMatch(/WorkflowExecutionStarted · AuthPipelineWorkflow {2}\(event id: 1\)/)
    expect(printed.at(-1)).toBe('Replayed: this build does what the history says.')
    const broken = replayAttempt(cli(), attemptId, async function* () {
      yield { workflowId: 'x', error: new Error('another order') }
    })
    await expect(broken).rejects.toThrow('another order')
  })

  it('T62 the audit is followed, and its unsealed tail is named', async () => {
    await verifyAudit(cli())
    expect(printed[1]).toMatch(/^Not sealed yet: \d+, from [0-9a-f-]{36} on\.$/)
    await sealAudit(product.database)
    await verifyAudit(cli())
    expect(printed.slice(1)).toEqual(['All are sealed.', 'Every chain holds.'])
  })

  it('the doctor finds all well, and says what is not', async () => {
    const level = await product.database.migrationLevel()
    await doctor(cli(), level)
    expect(printed.every((line) => line.startsWith('ok'))).toBe(true)
    await expect(doctor(cli(), 'a-newer-one')).rejects.toThrow('Look at: Migrations.')
    await product.database.mailTransport.pause(60, 'unauthorized')
    await expect(doctor(cli(), level)).rejects.toThrow('Look at: Mail transport.')
  })
})
