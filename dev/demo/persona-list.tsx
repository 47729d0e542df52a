import type { ComponentChildren } from 'preact'
import { generateSync } from 'otplib'
import { personaGroups, personas, type Persona } from './personas.js'

/** The personas under their headings; `row` draws one of them. */
export function PersonaList({ row }: { row: (persona: Persona) => ComponentChildren }) {
  return Object.entries(personaGroups).map(([group, heading]) => (
    <section class="group" key={group} aria-labelledby={`group-${group}`}>
      <h2 id={`group-${group}`}>{heading}</h2>
      <ul class="people">
        {personas
          .filter((persona) => persona.group === group)
          .map((persona) => (
            <li key={persona.id}>
              {row(persona)}
              <Secrets {...persona} />
            </li>
          ))}
      </ul>
    </section>
  ))
}

/** What the account's pages may ask for; beside the row, where it can be copied. */
function Secrets({ password, totpSecret }: Persona) {
  if (password === undefined) return null
  return (
    <p class="person-secrets">
      Password <code>{password}</code>
      {totpSecret !== undefined && (
        <>
          {' '}
          · code just now <code>{generateSync({ secret: totpSecret })}</code>, a new one every 30 s when you
          load this page again · key for an authenticator app <code>{totpSecret}</code>
        </>
      )}
    </p>
  )
}

/** What a persona is called, what it asserts and what it teaches. Phrasing content only: it fits in a button. */
export function PersonaText({ persona }: { persona: Persona }) {
  return (
    <>
      <span class="person-title">{persona.title}</span>
      <span class="person-address">{assertion(persona)}</span>
      <span class="person-teaches">{persona.teaches}</span>
    </>
  )
}

function assertion({ claims }: Persona): string {
  if (!claims.email) return 'no address'
  if (typeof claims.email_verified !== 'boolean')
    return `${claims.email} · verified: ${JSON.stringify(claims.email_verified)}`
  return `${claims.email} · ${claims.email_verified ? 'verified' : 'not verified'}`
}
