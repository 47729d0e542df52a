import { describe, expect, it } from '@jest/globals'
import { createPasswordHasher } from '../../clients/password-hash.js'

const hasher = createPasswordHasher()

describe('a password hash', () => {
  it('is argon2id with a salt of its own', async () => {
    const [one, other] = [await hasher.hash('correct horse'), await hasher.hash('correct horse')]
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(one).not.toBe(other)
  })

  it('fits its password, however the letters are composed, and no other', async () => {
    const hash = await hasher.hash('Müller\u{1f600}')
    expect(await hasher.verify(hash, 'Mu\u0308ller\u{1f600}')).toBe(true)
    for (const wrong of ['', 'Muller\u{1f600}', 'müller\u{1f600}', 'Müller\u{1f600} ']) {
      expect(await hasher.verify(hash, wrong)).toBe(false)
    }
  })

  it('P75 fits nothing where there is none, and costs the same', async () => {
    const hash = await hasher.hash('correct horse')
    const cpuOf = async (known: string | null): Promise<number> => {
      const before = process.cpuUsage()
      for (let n = 0; n < 8; n++) await hasher.verify(known, 'the password of no account')
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    expect(await hasher.verify(null, 'the password of no account')).toBe(false)
    // A skipped hash costs a hundredth; the bounds leave room for what else runs in this process.
    const ratio = (await cpuOf(null)) / (await cpuOf(hash))
    expect(ratio).toBeGreaterThan(0.4)
    expect(ratio).toBeLessThan(2.5)
  })
})
