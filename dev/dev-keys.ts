import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { keptFile } from './demo/kept-file.js'

/** The secrets of the embedded stack, by the variable that carries them. */
export interface DevKeys {
  readonly APP_KEYS: string
  readonly SENDGRID_API_KEY: string
}

/** Reads the secrets from their files in `folder`; each one is drawn at its first use and then kept. */
export function readDevKeys(folder: string): DevKeys {
  return {
    APP_KEYS: keptFile(join(folder, 'app-keys'), () => `dev1:${randomBytes(32).toString('base64')}`),
    SENDGRID_API_KEY: keptFile(
      join(folder, 'sendgrid-api-key'),
      () => `SG.${randomBytes(16).toString('base64url')}.${randomBytes(32).toString('base64url')}`,
    ),
  }
}
