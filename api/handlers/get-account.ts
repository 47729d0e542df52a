import { accountPage } from '../account-page.js'
import { renderAccount } from '../account-view.js'

/** Who is signed in here, and how its addresses stand. */
export const getAccount = accountPage('/account', renderAccount)
