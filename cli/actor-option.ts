import { userInfo } from 'node:os'
import { Option } from 'commander'

/** Who acts, on every command that the audit tells of: the user of the operating system where nobody is named. */
export const actorOption = (): Option =>
  new Option('--actor <name>', 'who acts, for the audit').default(systemUser())

/** A container may run under a number that has no name. */
const systemUser = (): string => {
  try {
    return userInfo().username
  } catch {
    return 'operator'
  }
}
