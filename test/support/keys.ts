import { createKeyring } from '../../clients/keyring.js'
import { readKeys } from '../../config.js'

/** `APP_KEYS` of everything that tests start, so that processes and tests read what each other wrote. */
export const testKeys = `test1:${Buffer.alloc(32, 7).toString('base64')}`

export const testKeyring = createKeyring(readKeys(testKeys))
