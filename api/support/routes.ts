import { consoleSheet, consoleSheetPath } from '../../views/console-style.css.js'
import { asset, getAssets } from '../handlers/assets.js'
import type { SupportDependencies } from './dependencies.js'
import {
  getAttempt,
  getDownload,
  getEvents,
  getV1Attempt,
  getV1Timeline,
  postReveal,
} from './handlers/attempt.js'
import { postCancel, postExtend } from './handlers/attempt-acts.js'
import { getAttempts, getV1Attempts, postSearch } from './handlers/attempts.js'
import { getAudit, getV1Audit } from './handlers/audit.js'
import { postGiveUpMail, postPause, postResume, postRetryMail } from './handlers/mail-acts.js'
import { getRetry, getRetryEvents, getRetryPreview, postAgree, postRetryMails } from './handlers/retries.js'
import { postDecode, postDecodeGrant } from './handlers/codec.js'
import { getMail, getMailEvents, getMails, getV1Mail, getV1Mails } from './handlers/mails.js'
import { getPerson, postEndSessions, postErase } from './handlers/people.js'
import { getSignIn, getSignInCallback, postSignIn, postSignOut } from './handlers/sign-in.js'
import type { SupportHandler, SupportRoute } from './route.js'

const getLivez: SupportHandler = () => ({
  method: 'GET',
  path: '/livez',
  role: 'anyone',
  handle(context) {
    context.body = { status: 'ok' }
  },
})

/** Every endpoint of the console, each with the role that it takes; a test asks each with every role. */
const handlers: readonly SupportHandler[] = [
  getSignIn,
  postSignIn,
  getSignInCallback,
  postSignOut,
  getAttempts,
  postSearch,
  getAttempt,
  getEvents,
  getDownload,
  postReveal,
  postCancel,
  postExtend,
  getMails,
  getRetryPreview,
  postRetryMails,
  getMail,
  getMailEvents,
  postRetryMail,
  postGiveUpMail,
  getRetry,
  getRetryEvents,
  postAgree,
  postPause,
  postResume,
  getPerson,
  postEndSessions,
  postErase,
  getAudit,
  getV1Attempts,
  getV1Attempt,
  getV1Timeline,
  getV1Mails,
  getV1Mail,
  getV1Audit,
  postDecodeGrant,
  postDecode,
  getLivez,
]

export const createSupportRoutes = (dependencies: SupportDependencies): readonly SupportRoute[] => [
  ...handlers.flatMap((handler) => handler(dependencies)),
  ...[...getAssets, asset(consoleSheetPath, 'text/css; charset=utf-8', consoleSheet)].map(asStaffAsset),
]

/** Style sheet and script of the pages are the product's own. */
const asStaffAsset = (handler: (typeof getAssets)[number]): SupportRoute => {
  const { path, handle } = handler({} as never)
  return { method: 'GET', path, role: 'anyone', handle }
}
