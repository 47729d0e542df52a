import { contentHash } from './content-hash.js'

/**
 * The only script of the pages; each page works without it. It
 * - shows times in the reader's own zone,
 * - keeps a form from being sent twice,
 * - sends the one form that only carries on what was decided (before the page has loaded, so that "back" skips it),
 * - reloads a waiting page when the attempt moves on. `stage` carries `{ "stage": … }`, `outcome` anything.
 */
export const liveScript = `'use strict'
for (const time of document.querySelectorAll('time[data-local]')) {
  const exact = time.dataset.exact === undefined ? {} : { second: '2-digit' }
  const clock = { hour: '2-digit', minute: '2-digit', ...exact }
  const day = { day: 'numeric', month: 'long', year: 'numeric' }
  const lang = document.documentElement.lang
  const locale = navigator.languages.find((language) => language.startsWith(lang)) ?? lang
  const parts = time.dataset.local === 'day' ? { ...day, ...clock } : clock
  time.textContent = new Date(time.dateTime).toLocaleString(locale, parts)
}

document.addEventListener('submit', (event) => {
  const form = event.target
  if ('sent' in form.dataset) event.preventDefault()
  else form.dataset.sent = ''
})
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('form[data-sent]')) delete form.dataset.sent
})

document.querySelector('form[data-auto-submit]')?.requestSubmit()

const live = document.querySelector('[data-live]')
if (live) {
  const source = new EventSource(live.dataset.live)
  const reload = () => {
    source.close()
    // What somebody types into an open form is not taken away.
    if (document.querySelector('details[open] form')) setTimeout(reload, 1000)
    else location.reload()
  }
  source.addEventListener('outcome', reload)
  source.addEventListener('stage', (event) => {
    if (JSON.parse(event.data).stage !== live.dataset.stage) reload()
  })
  // A dropped connection is taken up again by the browser itself; only a refusal closes it for good.
  source.addEventListener('error', () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(reload, 2000)
  })
  addEventListener('pagehide', () => source.close())
  addEventListener('pageshow', (event) => event.persisted && reload())
}
`

/** Where the API serves the script; the hash changes with the content, so it may be kept for ever. */
export const liveScriptPath = `/assets/live.js?v=${contentHash(liveScript)}`
