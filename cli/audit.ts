import { readFile } from 'node:fs/promises'
import type { ChainHead } from '../store/audit-verification.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'

const named = 20
const headLine = /^head (\S+) (\d{1,15}) ([0-9a-f]{64})$/gm

/**
 * Follows every chain of the audit from its beginning, says what no seal covers yet, and prints where the chains stand. Given what it
 * printed before, it demands that all of that stands still: who may write to the database can make every chain anew, and only what was
 * kept elsewhere tells.
 * @throws CommandError where a chain breaks, or the file of `expect` holds no heads
 */
export const verifyAudit = async (
  { database, print }: Pick<CliDependencies, 'database' | 'print'>,
  { expect }: { readonly expect?: string } = {},
): Promise<void> => {
  const expected = expect === undefined ? [] : await readHeads(expect)
  const { events, chains, faults, unsealed, heads, tooOld } = await database.transaction((stores) =>
    stores.auditSeals.verify(expected),
  )
  print(`${events} events in ${chains} chains.`)
  print(
    unsealed.length === 0
      ? 'All are sealed.'
      : `Not sealed yet: ${unsealed.length}, from ${unsealed[0] ?? ''} on.`,
  )
  if (expect !== undefined)
    print(
      `Expected heads: ${expected.length}${tooOld === 0 ? '' : `, of which ${tooOld} are older than what is kept`}.`,
    )
  for (const { chain, position, hash } of heads) print(`head ${chain} ${position} ${hash}`)
  if (faults.length === 0) {
    print(expect === undefined ? 'Every chain holds.' : 'Every chain holds, and has the expected heads.')
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

/** The heads in what an earlier `audit verify` printed. */
const readHeads = async (path: string): Promise<ChainHead[]> => {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new CommandError(`The file cannot be read: ${path}.`)
  })
  const heads = [...text.matchAll(headLine)].map(([, chain = '', position = '', hash = '']) => ({
    chain,
    position: Number(position),
    hash,
  }))
  if (heads.length === 0)
    throw new CommandError(`There are no heads in ${path}: keep what \`audit verify\` prints.`)
  return heads
}
