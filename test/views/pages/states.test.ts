import { expect, it } from '@jest/globals'
import { pageSamples } from '../page-samples.js'

const samples = new Map(pageSamples('en').map(({ name, html }) => [name, html]))

it('A7 only the outcome of a sign-in sends itself, never a confirmation', () => {
  const sending = namesWith(/data-auto-submit/)
  expect(sending).toEqual(['outcome-existing', 'outcome-created', 'outcome-linked', 'outcome-merged'])
})

it('a page that waits is live, and refreshes without scripts', () => {
  const waiting = ['finishing-awaiting_provider', 'finishing-finishing']
  expect(namesWith(/data-live="\/attempts\/0193a7c2\/events"/)).toEqual(waiting)
  expect(namesWith(/<noscript><meta http-equiv="refresh" content="2"\/><\/noscript>/)).toEqual(waiting)
})

it('what is wrong stands before everything else of the content, and has the focus', () => {
  const refused = namesWith(/class="error-summary"/)
  expect(refused.length).toBeGreaterThan(10)
  expect(namesWith(/<main [^>]*><div class="error-summary"[^>]* autofocus/)).toEqual(refused)
  expect(namesWith(/<title>Error: /)).toEqual(refused)
})

it('the confirm page shows the address and one button that posts', () => {
  const html = samples.get('confirm-ready') ?? ''
  expect(html.replace(/<wbr\/>/, '')).toContain('jane.doe@people.example')
  expect(html.match(/<form method="post" action="\/confirm\/token-1"/g)).toHaveLength(1)
})

it('the account page says in words how far a mail has come', () => {
  const text = (samples.get('account') ?? '').replace(/<[^>]*>/g, '')
  expect(text).toContain('We sent a mail to jane.doe@people.example at 14:05 UTC. Open the link in it.')
})

it('a problem page offers its next step, and says when to try again', () => {
  expect(samples.get('problem-provider_mismatch')).toMatch(
    /<a class="button primary" href="\/sso\/acme">Start again</,
  )
  expect(samples.get('problem-rate_limited')).toContain('You can try again in 30 seconds.')
})

function namesWith(pattern: RegExp): string[] {
  return Array.from(samples).flatMap(([name, html]) => (pattern.test(html) ? [name] : []))
}
