import { hash, verify } from '@node-rs/argon2'

/** Argon2id with the library's parameters, which are OWASP's minimum: 19 MiB, 2 passes, 1 lane. */
export interface PasswordHasher {
  /** @returns a PHC string, which names its parameters and holds its salt */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of the hash. Without a hash the answer is no, at the same cost: nobody can tell by the time
   * whether there is an account.
   */
  verify(hash: string | null, password: string): Promise<boolean>
}

/** A password that nobody has: its hash is made once, and compared where there is none. */
const nobodys = 'the password of no account'

export const createPasswordHasher = (): PasswordHasher => {
  // Two keyboards may spell the same letter differently (RFC 8265, 4.2.2).
  const spelled = (password: string): string => password.normalize('NFC')
  const dummy = hash(nobodys)

  return {
    hash: (password) => hash(spelled(password)),
    async verify(known, password) {
      const right = await verify(known ?? (await dummy), spelled(password))
      return known !== null && right
    },
  }
}
