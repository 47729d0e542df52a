import { describe, expect, it } from '@jest/globals'
import { Script } from 'node:vm'
import { liveScript, liveScriptPath } from '../../views/live.js'

describe('liveScript', () => {
  it('is a script that a browser can parse', () => {
    expect(() => new Script(liveScript)).not.toThrow()
  })

  it('stays tiny', () => {
    expect(Buffer.byteLength(liveScript)).toBeLessThan(2 * 1024)
  })

  it('is named after its content', () => {
    expect(liveScriptPath).toMatch(/^\/assets\/live\.js\?v=[0-9a-z]{4,7}$/)
  })
})
