import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

const named = 20

/** Follows every chain of the audit from its beginning, and says what no seal covers yet. @throws CommandError where a chain breaks */
export const verifyAudit = async ({ database, print }: CliDependencies): Promise<void> => {
  const { events, chains, faults, unsealed } = await database.auditSeals.verify()
  print(`${events} events in ${chains} chains.`)
  print(
    unsealed.length === 0
      ? 'All are sealed.'
      : `Not sealed yet: ${unsealed.length}, from ${unsealed[0] ?? ''} on.`,
  )
  if (faults.length === 0) {
    print('Every chain holds.')
    return
  }
  const lines = faults.map(({ chain, position, fault }) => `  ${chain}, place ${position}: ${fault}`)
  throw new CommandError(
    [
      `${faults.length} chains do not hold:`,
      ...lines.slice(0, named),
      ...(lines.length > named ? ['  and more'] : []),
    ].join('\n'),
  )
}
