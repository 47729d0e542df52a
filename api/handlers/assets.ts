import { favicon, faviconPath } from '../../views/favicon.js'
import { liveScript, liveScriptPath } from '../../views/live.js'
import { styleSheet, styleSheetPath } from '../../views/style.css.js'
import type { Handler } from '../route.js'

/** Serves one text for ever. @param url as the pages link it, with the hash of its content */
export const asset =
  (url: string, type: string, text: string): Handler =>
  () => ({
    method: 'GET',
    path: url.split('?', 1)[0] ?? url,
    access: 'anyone',
    handle(context) {
      context.set('Cache-Control', 'public, max-age=31536000, immutable')
      context.type = type
      context.body = text
    },
  })

/** What the pages link. The links hold a hash of the content, so that browsers may keep it for ever. */
export const getAssets: readonly Handler[] = [
  asset(styleSheetPath, 'text/css; charset=utf-8', styleSheet),
  asset(liveScriptPath, 'text/javascript; charset=utf-8', liveScript),
  asset(faviconPath, 'image/svg+xml', favicon),
]
