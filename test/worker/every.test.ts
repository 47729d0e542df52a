import { EventEmitter, once } from 'node:events'
import { describe, expect, it } from '@jest/globals'
import { createLogger } from '../../clients/log.js'
import { every } from '../../worker/every.js'

describe('every', () => {
  it('goes on after a failure, and tells of several in a row once, and of their end', async () => {
    const log = createLogger('test', 'silent')
    const said: unknown[] = []
    log.warn = log.info = (...told: unknown[]) => void said.push(told)
    const turns = new EventEmitter()
    const error = new Error('away')
    let turn = 0
    const work = every(0, 'relay', log, () => {
      if (++turn === 6) turns.emit('enough')
      return turn >= 2 && turn <= 4 ? Promise.reject(error) : Promise.resolve()
    })
    await once(turns, 'enough')
    await work.stop()
    expect(said).toEqual([
      [{ work: 'relay', error }, 'failed, is tried again'],
      [{ work: 'relay', failures: 3 }, 'succeeds again'],
    ])
  })
})
