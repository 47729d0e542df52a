import { expect, it } from '@jest/globals'
import type { ApiDependencies } from '../../api/dependencies.js'
import { createRoutes } from '../../api/routes.js'

/** Every endpoint and who may call it; `hosts`: pages of registered applications, too. A change here is a change of what the world can reach: look twice. */
const table = `
GET    /                                 anyone
GET    /sso                              anyone
GET    /sso/:organization                anyone
POST   /sso/:organization                anyone
GET    /second-factor                    anyone
POST   /second-factor                    anyone
GET    /password                         anyone
POST   /password                         anyone
GET    /password/:token                  anyone
POST   /password/:token                  anyone
GET    /sso/:organization/:provider      anyone
POST   /sso/:organization/:provider      anyone
GET    /callback/:provider               attempt
GET    /attempts/:attempt                attempt
GET    /attempts/:attempt/events         attempt hosts
POST   /attempts/:attempt/decision       attempt
GET    /attempts/:attempt/proofs         attempt
POST   /attempts/:attempt/proofs         attempt
GET    /prove/:token                     anyone
POST   /prove/:token                     anyone
GET    /not-me/:token                    anyone
POST   /not-me/:token                    anyone
POST   /attempts/:attempt/session        attempt
GET    /confirm                          anyone
POST   /confirm                          anyone
GET    /confirm/sign-in                  anyone
GET    /confirm/:token                   anyone
POST   /confirm/:token                   anyone
GET    /account                          session
POST   /account/emails                   session
POST   /account/emails/:id/confirmation  session
POST   /account/emails/:id/primary       session
POST   /account/emails/:id/remove        session
GET    /account/sign-in                  session
POST   /account/identities/:id/unlink    session
POST   /account/invitations/:id/accept   session
GET    /account/password                 session
POST   /account/password                 session
POST   /account/password/remove          session
GET    /account/totp                     session
POST   /account/totp                     session
POST   /account/totp/begin               session
POST   /account/totp/disable             session
POST   /account/totp/recovery-codes      session
GET    /account/reauthentication         session
POST   /account/reauthentication         session
POST   /account/reauthentication/:id     session
GET    /account/delete                   session
POST   /account/delete                   session
GET    /account/former                   session
POST   /account/former                   session
GET    /account/sessions                 session
POST   /account/sessions/end-others      session
POST   /account/sessions/:id/end         session
GET    /account/events                   session
POST   /session/end                      session
GET    /organizations/:organization/sso  session
POST   /organizations/:organization/sso/settings session
POST   /organizations/:organization/sso/domains session
POST   /organizations/:organization/sso/domains/check session
POST   /organizations/:organization/sso/domains/remove session
POST   /organizations/:organization/sso/invitations session
POST   /organizations/:organization/sso/invitations/remove session
GET    /organizations/:organization/sso/connect session
POST   /organizations/:organization/sso/connect session
GET    /organizations/:organization/sso/:provider session
POST   /organizations/:organization/sso/:provider/setup session
POST   /organizations/:organization/sso/:provider/discard session
POST   /organizations/:organization/sso/:provider/settings session
POST   /organizations/:organization/sso/:provider/reminders session
GET    /organizations/:organization/sso/:provider/disable session
POST   /organizations/:organization/sso/:provider/disable session
POST   /v1/attempts                      anyone hosts
GET    /v1/attempts/:attempt             attempt hosts
POST   /v1/attempts/:attempt/decision    attempt hosts
POST   /v1/attempts/:attempt/proofs      attempt hosts
POST   /v1/attempts/:attempt/session     attempt hosts
GET    /continue/:organization/:application anyone
POST   /v1/session/token                 session hosts
GET    /v1/session                       session hosts
POST   /v1/session                       anyone
POST   /v1/password-resets               anyone
POST   /v1/passwords                     anyone
DELETE /v1/session                       session hosts
POST   /v1/session/reauthentication      session
GET    /v1/me                            session
DELETE /v1/me                            session
POST   /v1/me/fold                       session
GET    /v1/me/emails                     session
GET    /v1/me/emails/:id                 session
POST   /v1/me/emails                     session
POST   /v1/me/emails/:id/confirmation    session
PATCH  /v1/me/emails/:id                 session
DELETE /v1/me/emails/:id                 session
GET    /v1/me/identities                 session
GET    /v1/me/identities/:id             session
DELETE /v1/me/identities/:id             session
GET    /v1/me/sessions                   session
GET    /v1/me/sessions/:id               session
DELETE /v1/me/sessions                   session
DELETE /v1/me/sessions/:id               session
GET    /v1/me/password                   session
PUT    /v1/me/password                   session
DELETE /v1/me/password                   session
GET    /v1/me/totp                       session
POST   /v1/me/totp                       session
PUT    /v1/me/totp                       session
DELETE /v1/me/totp                       session
POST   /v1/me/totp/recovery-codes        session
GET    /v1/me/events                     session
GET    /v1/me/invitations                session
POST   /v1/me/invitations/:id            session
GET    /v1/organizations/:organization/providers session
POST   /v1/organizations/:organization/providers session
GET    /v1/organizations/:organization/providers/:provider session
PATCH  /v1/organizations/:organization/providers/:provider session
DELETE /v1/organizations/:organization/providers/:provider session
POST   /v1/organizations/:organization/providers/:provider/reminders session
GET    /v1/organizations/:organization/members session
GET    /v1/organizations/:organization/invitations session
POST   /v1/organizations/:organization/invitations session
DELETE /v1/organizations/:organization/invitations/:invitation session
GET    /v1/organizations/:organization/settings session
PATCH  /v1/organizations/:organization/settings session
POST   /v1/organizations/:organization/settings/domains session
POST   /v1/organizations/:organization/settings/domains/:domain/proof session
DELETE /v1/organizations/:organization/settings/domains/:domain session
POST   /v1/email-confirmations           session
POST   /webhooks/sendgrid                anyone
POST   /backchannel-logout/:provider     anyone
GET    /.well-known/jwks.json            anyone
GET    /.well-known/change-password      anyone
GET    /.well-known/security.txt         anyone
GET    /robots.txt                       anyone
GET    /livez                            anyone
GET    /readyz                           anyone
GET    /assets/style.css                 anyone
GET    /assets/live.js                   anyone
GET    /assets/favicon.svg               anyone
GET    /openapi.json                     anyone
GET    /docs                             anyone
`

it('the routes are these, and no others', () => {
  const routes = createRoutes({
    sendGridWebhookKey: null,
    publicOrigin: 'https://sign-in.example',
  } as ApiDependencies)
  const lines = routes.map(
    ({ method, path, access, forHosts }) =>
      `${method.padEnd(6)} ${path.padEnd(33)} ${access}${forHosts ? ' hosts' : ''}`,
  )
  expect(`\n${lines.join('\n')}\n`).toBe(table)
})
