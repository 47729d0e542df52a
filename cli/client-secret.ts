import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { CommandError } from './dependencies.js'

export interface ClientSecretOptions {
  /** Seen by everybody who may list this machine's processes, and kept in the shell's history. */
  readonly clientSecret?: string | undefined
  /** Path of a file that holds it; `-` for standard input. */
  readonly clientSecretFile?: string | undefined
}

/** Read where neither option is given. */
export const clientSecretVariable = 'PROVIDER_CLIENT_SECRET'

/**
 * A provider's client secret from where it was given, without the line break behind it; undefined where it was given nowhere, for a
 * public client.
 * @throws CommandError where there is none in it: a public client was not meant
 */
export const readClientSecret = async (
  { clientSecret, clientSecretFile }: ClientSecretOptions,
  env: NodeJS.ProcessEnv,
): Promise<string | undefined> => {
  if (clientSecretFile !== undefined)
    return clientSecretFile === '-'
      ? demanded(await text(process.stdin), 'standard input')
      : demanded(await readText(clientSecretFile), clientSecretFile)
  if (clientSecret !== undefined) return demanded(clientSecret, '--client-secret')
  const fromVariable = env[clientSecretVariable]
  return fromVariable === undefined || fromVariable === '' ? undefined : fromVariable
}

const demanded = (told: string, where: string): string => {
  const secret = told.trim()
  if (secret === '') throw new CommandError(`There is no secret in ${where}.`)
  return secret
}

const readText = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    throw new CommandError(`The client secret cannot be read from ${path}.`, { cause: error })
  })
