import { variableNames } from '../config.js'
import { writeAtomically } from './write-atomically.js'

const told = [...variableNames, 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE']

/**
 * Writes what commands of ours need to speak to the stack, as lines that Node's `loadEnvFile` reads: of the children's
 * environment only what configures the product. It holds secrets, so only its owner may read it.
 */
export function writeStackEnvironment(file: string, env: NodeJS.ProcessEnv): void {
  const lines = told.flatMap((name) => (env[name] === undefined ? [] : [`${name}=${quoted(env[name])}\n`]))
  writeAtomically(file, lines.join(''))
}

/** The format knows no escapes: the first quote that the value does not hold is put around it. */
function quoted(value: string): string {
  const quote = [`'`, '`', '"'].find((mark) => !value.includes(mark)) ?? ''
  return quote + value + quote
}
