import { existsSync } from 'node:fs'
import { loadEnvFile } from 'node:process'

/** Written by `npm start`, so that commands in its folder speak to the embedded stack. */
const embeddedStack = '.data/stack.env'

/** The environment of this command: its own, or that of the embedded stack where it has none. */
export const commandEnvironment = (): NodeJS.ProcessEnv => {
  if (process.env['DATABASE_URL'] === undefined && existsSync(embeddedStack)) loadEnvFile(embeddedStack)
  return process.env
}
