import { describe, expect, it } from '@jest/globals'
import { renderDecisionPage } from '../../../views/pages/decision.js'
import { decisionData } from '../page-samples.js'

const nobody = { subjectHint: '•••7f3a' }

describe('renderDecisionPage', () => {
  it('says who the person is, according to whom', () => {
    const html = renderDecisionPage(decisionData())
    expect(textOf(html)).toContain('Demo says you are Jane Doe.')
    expect(textOf(html)).toContain('jane.doe@people.example')
  })

  it('says how long there is to decide', () => {
    const html = renderDecisionPage(decisionData())
    expect(textOf(html)).toContain('You have 59 minutes to decide, until 15:03 UTC.')
    expect(html).toContain('<time datetime="2026-11-25T15:03:30.000Z"')
  })

  it('has one form for each offer, each with the same idempotency key', () => {
    const offers = ['link', 'merge', 'create', 'cancel'] as const
    const html = renderDecisionPage(decisionData({ offers, sessionUser: { name: 'Jane Roe' } }))
    const decisions = Array.from(html.matchAll(/name="decision" value="(\w+)"/g), ([, decision]) => decision)
    expect(decisions.sort()).toEqual([...offers].sort())
    expect(html.match(/name="idempotency_key" value="key-1"/g)).toHaveLength(4)
    expect(html.match(/<form method="post" action="\/attempts\/0193a7c2\/decision"/g)).toHaveLength(4)
  })

  it.each([
    [['create', 'cancel'], 'Create my account'],
    [['merge', 'create', 'cancel'], 'Create my account'],
    [['link', 'create', 'cancel'], 'Connect'],
    [['merge', 'cancel'], 'Use my account'],
  ] as const)('makes one button of %j the primary one: %s', (offers, label) => {
    const html = renderDecisionPage(decisionData({ offers, sessionUser: { name: 'Jane Roe' } }))
    const primary = Array.from(html.matchAll(/class="button primary"[^>]*>([^<]*)</g), ([, text]) => text)
    expect(primary).toEqual([label])
  })

  it('says why there is no new account', () => {
    const html = renderDecisionPage(decisionData({ offers: ['cancel'], whyNoCreate: 'registration_closed' }))
    expect(textOf(html)).toContain('New accounts are closed for this way to sign in.')
    expect(html).not.toContain('value="create"')
  })

  it('says once that there is an account already', () => {
    const taken = { offers: ['merge', 'cancel'], whyNoCreate: 'email_taken' } as const
    const html = textOf(renderDecisionPage(decisionData(taken)))
    expect(html.match(/There is an account already/g)).toHaveLength(2)
    expect(html.match(/Show us that it is yours/g)).toHaveLength(1)
    expect(html).not.toContain('belongs to an account')
  })

  it('asks once for a sign-in that is too old, whatever it is connected to then', () => {
    const html = renderDecisionPage(
      decisionData({
        offers: ['link', 'merge', 'create', 'cancel'],
        sessionUser: { name: 'Jane Roe' },
        proved: { name: 'Jane Roe' },
        staleSignIn: true,
      }),
    )
    expect(html.match(/a while ago/g)).toHaveLength(1)
    expect(html.match(/name="kind" value="provider"/g)).toHaveLength(1)
  })

  it('asks for an address and a name only where the provider sent none', () => {
    expect(renderDecisionPage(decisionData())).not.toContain('<input id=')
    const html = renderDecisionPage(decisionData({ identity: nobody, needsEmail: true }))
    expect(html).toMatch(
      /<input id="email" name="email"[^>]* autocomplete="email"[^>]* required[^>]* type="email"/,
    )
    expect(html).toMatch(/<input id="name" name="name"[^>]* autocomplete="name"/)
  })

  it('leads from the summary of errors to the field, and the field to its error', () => {
    const message = 'Enter an address.'
    const html = renderDecisionPage(
      decisionData({
        identity: nobody,
        needsEmail: true,
        errors: [{ field: 'email', message }],
        values: { email: '"><b>x' },
      }),
    )
    expect(html).toContain('<title>Error: You are new here – Acme</title>')
    expect(html).toContain(`<a href="#email">${message}</a>`)
    expect(html).toContain(`<p id="email-error" class="field-error">${message}</p>`)
    expect(html).toMatch(/aria-invalid="true" aria-describedby="email-hint email-error"/)
    expect(html).toContain('value="&quot;>&lt;b>x"')
  })

  it('A12 escapes whatever the provider sent', () => {
    const name = `<img src=x onerror=alert(1)>\r\n{{x}}\u202e${'W'.repeat(10_000)}`
    const html = renderDecisionPage(
      decisionData({
        identity: { name, email: '"><script>@people.example', subjectHint: '<b>' },
        provider: { name: 'demo', displayName: '<u>Demo</u>' },
        organization: { name: '<i>Acme</i>' },
      }),
    )
    expect(html).not.toMatch(/<img|<script>|<u>|<i>|\u202e/)
    expect(html).toContain('&lt;img src=x onerror=alert(1)> {{x}}WWW')
    expect(html.length).toBeLessThan(12_000)
  })
})

function textOf(html: string): string {
  return html.replace(/<[^>]*>/g, '')
}
