import { expect, it } from '@jest/globals'
import type { SupportDependencies } from '../../../api/support/dependencies.js'
import { createSupportRoutes } from '../../../api/support/routes.js'

/** Every endpoint of the console and the role that it takes. A change here is a change of what staff can reach: look twice. */
const table = `
GET  /sign-in                              anyone
POST /sign-in                              anyone
GET  /sign-in/callback                     anyone
POST /sign-out                             view
GET  /                                     view
POST /search                               view
GET  /attempts/:attempt                    view
GET  /attempts/:attempt/events             view
GET  /attempts/:attempt/download           view
POST /attempts/:attempt/reveal             view
POST /v1/support/attempts/:attempt/claims  view
POST /attempts/:attempt/cancel             operate
POST /v1/support/attempts/:attempt/cancel  operate
POST /attempts/:attempt/extend             operate
POST /v1/support/attempts/:attempt/extend  operate
GET  /mails                                view
GET  /mails/retry                          operate
POST /mails/retry                          operate
POST /v1/support/mails/retry               operate
GET  /mails/:mail                          view
GET  /mails/:mail/events                   view
POST /mails/:mail/retry                    operate
POST /v1/support/mails/:mail/retry         operate
POST /mails/:mail/give-up                  operate
POST /v1/support/mails/:mail/give-up       operate
GET  /retries/:retry                       view
GET  /retries/:retry/events                view
POST /retries/:retry/agree                 operate
POST /v1/support/retries/:retry/agree      operate
POST /transport/pause                      admin
POST /v1/support/transport/pause           admin
POST /transport/resume                     admin
POST /v1/support/transport/resume          admin
GET  /people/:person                       view
POST /people/:person/end-sessions          operate
POST /v1/support/people/:person/end-sessions operate
POST /people/:person/erase                 erase
POST /v1/support/people/:person/erase      erase
GET  /audit                                admin
GET  /v1/support/attempts                  view
GET  /v1/support/attempts/:attempt         view
GET  /v1/support/attempts/:attempt/timeline view
GET  /v1/support/mails                     view
GET  /v1/support/mails/:mail               view
GET  /v1/support/audit                     admin
POST /decoding/grant                       admin
POST /v1/support/decoding/grant            admin
POST /codec/decode                         admin
GET  /livez                                anyone
GET  /assets/style.css                     anyone
GET  /assets/live.js                       anyone
GET  /assets/favicon.svg                   anyone
GET  /assets/console.css                   anyone
`

it('the routes of the console are these, and no others', () => {
  const routes = createSupportRoutes({ database: {} } as SupportDependencies)
  const lines = routes.map(({ method, path, role }) => `${method.padEnd(4)} ${path.padEnd(37)} ${role}`)
  expect(`\n${lines.join('\n')}\n`).toBe(table)
})
