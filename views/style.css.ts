import { contentHash } from './content-hash.js'

/**
 * The one style sheet of the pages. Colours are tokens with a light and a dark value, each pair of text and
 * ground at least 4.5:1 (WCAG 1.4.3), edges of controls at least 3:1 (1.4.11).
 */
export const styleSheet = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f5f2, #121413);
  --surface: light-dark(#ffffff, #1a1d1c);
  --sunken: light-dark(#f4f3ef, #232827);
  --line: light-dark(#e3e1db, #323836);
  --edge: light-dark(#86847c, #7d8783);
  --ink: light-dark(#1b1d1c, #eceeed);
  --soft: light-dark(#585c59, #a9b1ae);
  --accent: light-dark(#0c6b58, #62d3b4);
  --accent-deep: light-dark(#084f41, #8ce4cb);
  --on-accent: light-dark(#ffffff, #06231c);
  --tint: light-dark(#e3f1ed, #17332c);
  --bad: light-dark(#a8231b, #ff9d92);
  --bad-tint: light-dark(#fcecea, #3a1e1b);
  --warn: light-dark(#774a00, #f0c46c);
  --warn-tint: light-dark(#fbf0da, #362a12);
  --shadow: 0 1px 2px light-dark(rgb(30 28 20 / 5%), rgb(0 0 0 / 40%)), 0 12px 32px -12px light-dark(rgb(30 28 20 / 14%), rgb(0 0 0 / 60%));
  --radius: 1rem;
  --radius-small: .625rem;
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; min-height: 100dvh; display: grid; grid-template: auto 1fr auto / minmax(0, 1fr);
  background: radial-gradient(70rem 26rem at 50% -10rem, var(--tint), transparent) no-repeat var(--ground); color: var(--ink); accent-color: var(--accent);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, Cantarell, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased;
}
h1, h2, h3, p, ul, ol, dl, dd { margin: 0; padding: 0; }
h1, h2, h3 { line-height: 1.25; text-wrap: pretty; overflow-wrap: break-word; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.4vw, 1.875rem); font-weight: 680; letter-spacing: -.02em; }
h2 { font-size: 1.125rem; font-weight: 650; letter-spacing: -.01em; }
h3 { font-size: 1rem; font-weight: 650; }
p { text-wrap: pretty; overflow-wrap: break-word; }
a { color: var(--accent); text-underline-offset: .2em; text-decoration-thickness: from-font; }
a:hover { color: var(--accent-deep); }
:where(p, li) a { padding-block: .1875rem; }
bdi { overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; }
main:focus { outline: none; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; inset: .75rem auto auto .75rem; padding: .5rem .875rem; border-radius: var(--radius-small); background: var(--surface); }
.skip:not(:focus) { clip-path: inset(50%); }

header, main, footer { width: 100%; max-width: 33rem; margin: 0 auto; padding: 0 1rem; }
header { padding-block: 1.25rem; }
main { padding-bottom: 1rem; }
footer { padding-block: 1.5rem 2rem; color: var(--soft); font-size: .8125rem; text-align: center; }
.owner { display: flex; align-items: center; gap: .75rem; width: fit-content; max-width: 100%; min-height: 2.25rem; padding-inline: .25rem; color: var(--ink); font-weight: 650; text-decoration: none; }
.owner bdi { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; }
.monogram { flex: none; display: grid; place-items: center; width: 2.25rem; height: 2.25rem; border: 1px solid transparent; border-radius: var(--radius-small); background: var(--accent); color: var(--on-accent); font-size: .875rem; font-weight: 700; letter-spacing: .02em; }

.card { padding: clamp(1.25rem, 5vw, 2.25rem); border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); box-shadow: var(--shadow); }
.card > * + * { margin-top: 1.25rem; }
.card > h1 + .lead { margin-top: .5rem; }
.card > h2 { margin-top: 1.75rem; }
.lead { color: var(--soft); font-size: 1.0625rem; }
.lead bdi { color: var(--ink); font-weight: 600; }
.hint, .aside, .after, .small-print { color: var(--soft); font-size: .875rem; }
.stack { display: grid; gap: .75rem; }
.apart { padding-top: 1.5rem; border-top: 1px solid var(--line); }
.apart > * + * { margin-top: .875rem; }
.card > .apart { margin-top: 1.75rem; }
.after { margin-top: 1rem; text-align: center; }
.after > * + * { margin-top: .375rem; }
.row-text + .hint { margin-top: .25rem; }
.after a, .notice a { display: inline-block; padding-block: .125rem; }
.after a.inline { display: inline; padding: 0; }
.aside { display: flex; gap: .5rem; margin: 1.125rem .25rem 0; }
.aside .icon { flex: none; width: 1.25rem; height: 1.25rem; }
.notice { padding: .875rem 1rem; border-radius: var(--radius-small); border: 1px solid transparent; background: var(--sunken); }
.notice p { color: var(--soft); }
.notice .field-error { color: var(--bad); }
.notice.warn { background: var(--warn-tint); color: var(--warn); }
.icon { display: block; width: 1.25rem; height: 1.25rem; }

.button {
  display: inline-flex; align-items: center; justify-content: center; gap: .75rem; width: 100%; min-height: 2.875rem; padding: .625rem 1.125rem;
  border: 1px solid var(--edge); border-radius: var(--radius-small); background: var(--surface); color: var(--ink);
  font: inherit; font-weight: 620; text-align: center; text-decoration: none; cursor: pointer; overflow-wrap: anywhere;
  transition: background-color .12s, border-color .12s, transform .12s;
}
.button:hover { border-color: var(--ink); background: var(--sunken); color: var(--ink); }
.button:active { transform: translateY(1px); }
.button.primary { border-color: transparent; background: var(--accent); color: var(--on-accent); }
.button.primary:hover { background: var(--accent-deep); }
.button.quiet { width: auto; border-color: transparent; background: transparent; color: var(--soft); }
.button.quiet:hover { background: var(--sunken); color: var(--ink); }
.button.wide { justify-content: flex-start; min-height: 3.25rem; padding-inline: .75rem 1rem; text-align: start; }
.button-text { flex: 1; }
.button-mark { flex: none; display: grid; place-items: center; width: 2rem; height: 2rem; border-radius: .5rem; background: var(--tint); color: var(--accent-deep); font-size: .8125rem; font-weight: 700; }
.button.primary .button-mark { background: color-mix(in srgb, var(--on-accent) 16%, var(--accent)); color: var(--on-accent); }
form[data-sent] .button { opacity: .65; cursor: progress; }

.field { display: grid; gap: .375rem; }
.field + .field, .field + .button { margin-top: 1rem; }
label { font-weight: 600; }
.note { color: var(--soft); font-weight: 400; }
input {
  width: 100%; min-height: 2.875rem; padding: .5rem .875rem; border: 1px solid var(--edge); border-radius: var(--radius-small);
  background: var(--surface); color: inherit; font: inherit;
}
input:hover { border-color: var(--ink); }
input:focus-visible { outline-offset: 1px; }
.tick { display: flex; align-items: start; gap: .625rem; margin-block: -.25rem 1rem; }
.tick input { flex: none; width: 1.5rem; min-height: 1.5rem; height: 1.5rem; padding: 0; accent-color: var(--accent); }
.tick label { font-weight: 400; }
fieldset { min-width: 0; margin: 0; padding: 0; border: 0; }
legend { margin-bottom: .375rem; padding: 0; font-weight: 600; }
.option { display: flex; gap: .75rem; align-items: flex-start; padding-block: .25rem; font-weight: 400; cursor: pointer; }
.option input { flex: none; width: 1.25rem; min-height: 1.25rem; margin: .125rem 0 0; }
.wrong { padding-inline-start: .875rem; border-inline-start: 3px solid var(--bad); }
.wrong input { border-color: var(--bad); }
.field-error { color: var(--bad); font-weight: 600; }
.error-summary { margin-bottom: 1rem; padding: 1rem 1.25rem; border: 2px solid var(--bad); border-radius: var(--radius); background: var(--bad-tint); }
.error-summary:focus-visible { outline-color: var(--bad); outline-offset: 2px; }
.error-summary ul { margin-top: .375rem; list-style: none; }
.error-summary a { display: inline-block; padding-block: .125rem; color: var(--bad); font-weight: 600; }

.identities { display: grid; gap: .5rem; }
.identity { display: flex; flex-wrap: wrap; align-items: center; gap: .625rem .875rem; padding: 1rem; border: 1px solid var(--line); border-radius: .875rem; background: var(--sunken); }
.identity-text { flex: 1 1 9rem; min-width: 0; }
.identity-name { font-weight: 650; }
.identity-line { color: var(--soft); font-size: .9375rem; }
.avatar { flex: none; display: grid; place-items: center; width: 2.75rem; height: 2.75rem; border: 1px solid transparent; border-radius: 50%; background: var(--tint); color: var(--accent-deep); font-weight: 700; letter-spacing: .02em; }
.own .avatar { background: var(--accent); color: var(--on-accent); }
.pair > .icon { justify-self: center; color: var(--soft); }
.badge { max-width: 100%; padding: .125rem .625rem; border: 1px solid var(--line); border-radius: 1rem; background: var(--surface); color: var(--soft); font-size: .8125rem; font-weight: 600; }
.badge.good { border-color: transparent; background: var(--tint); color: var(--accent-deep); }
.badge.warn { border-color: transparent; background: var(--warn-tint); color: var(--warn); }

.card > h2 + .choices { margin-top: .875rem; }
.choice { padding-block: 1.25rem; border-top: 1px solid var(--line); }
.choice > p { margin: .125rem 0 1rem; color: var(--soft); }
.choice > .field + .button { margin-top: 1.25rem; }
.choice > h2 + .field, .choice > h3 + .field { margin-top: .875rem; }
.quiet-choice { display: grid; justify-items: center; gap: .125rem; padding-top: .875rem; border-top: 1px solid var(--line); text-align: center; }

.statement { text-align: center; }
.statement .identity { text-align: start; }
.statement > form + .button { margin-top: .75rem; }
.statement > .sign + h1 { margin-top: 1.25rem; }
.sign { display: grid; place-items: center; width: 3.5rem; height: 3.5rem; margin-inline: auto; border: 1px solid transparent; border-radius: 50%; background: var(--sunken); color: var(--soft); }
.sign .icon { width: 1.75rem; height: 1.75rem; }
.good > .sign { background: var(--tint); color: var(--accent); }
.bad > .sign { background: var(--bad-tint); color: var(--bad); }
.address { padding: .75rem 1rem; border-radius: var(--radius-small); background: var(--sunken); font-size: 1.0625rem; font-weight: 600; overflow-wrap: anywhere; }
.small-print code { font: inherit; overflow-wrap: anywhere; user-select: all; }

.steps { list-style: none; }
.steps li { position: relative; display: flex; gap: .875rem; padding-block: .125rem 1.375rem; }
.steps li:last-child { padding-bottom: 0; }
.steps li:not(:last-child)::before { content: ""; position: absolute; inset: 2.25rem auto .25rem .8125rem; width: 2px; border-radius: 1px; background: var(--line); }
.steps .done:not(:last-child)::before { background: var(--accent); }
.step-text { padding-top: .125rem; }
.step-sign { flex: none; display: grid; place-items: center; width: 1.75rem; height: 1.75rem; border: 2px solid var(--line); border-radius: 50%; color: var(--on-accent); }
.step-sign .icon { width: 1rem; height: 1rem; }
.done .step-sign { border-color: var(--accent); background: var(--accent); }
.current { font-weight: 650; }
.current .step-sign { border-color: var(--tint); border-top-color: var(--accent); animation: turn 1s linear infinite; }
.todo { color: var(--soft); }
@keyframes turn { to { rotate: 1turn; } }

.facts { display: grid; gap: .75rem; }
.facts dt { color: var(--soft); font-size: .875rem; }
.facts dd { font-weight: 600; }
.rows { list-style: none; }
.rows li { padding-block: .875rem; }
.rows li:first-child { padding-top: 0; }
.rows li:last-child { padding-bottom: 0; }
.rows li + li { border-top: 1px solid var(--line); }
.row-head { display: flex; flex-wrap: wrap; align-items: center; gap: .375rem .5rem; }
.row-head strong { margin-inline-end: auto; font-weight: 600; }
.badges { display: flex; flex-wrap: wrap; gap: .375rem; }
.points { padding-inline-start: 1.25rem; }
.points li + li { margin-top: .375rem; }
.copied { display: block; padding: .625rem .875rem; border: 1px solid var(--line); border-radius: var(--radius-small); background: var(--sunken); font-size: .875rem; overflow-wrap: anywhere; user-select: all; }
.facts.record { gap: .5rem; margin-top: .5rem; }
.facts.record > div { display: block; }
.progress > * + * { margin-top: .625rem; }
progress { display: block; width: 100%; height: .625rem; accent-color: var(--accent); }
.counts { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; }
.counts div { display: flex; gap: .375rem; }
.counts dt { color: var(--soft); }
.counts dd { font-weight: 600; }
.row-text { margin-top: .5rem; color: var(--soft); font-size: .9375rem; }

.tabs { margin-top: .75rem; }
.tabs ul { display: flex; flex-wrap: wrap; gap: .125rem; list-style: none; }
.tabs a { display: block; padding: .5rem clamp(.375rem, 2vw, .625rem); font-size: clamp(.875rem, 4vw, .9375rem); border-radius: var(--radius-small); color: var(--soft); font-weight: 600; text-decoration: none; }
.tabs a:hover { background: var(--sunken); color: var(--ink); }
.tabs [aria-current] { background: var(--tint); color: var(--accent-deep); }
.row-head > p { margin-inline-end: auto; }
.list-notice { text-align: start; }
.list-notice > * + * { margin-top: .5rem; }
.list-notice ul { padding-inline-start: 1.25rem; }
.statement > .apart { text-align: start; }
.codes { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .25rem 2rem; list-style: none; font-size: .875rem; }
.row-acts { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .75rem; }
.button.small { width: auto; min-height: 2.25rem; padding: .25rem .875rem; font-size: .9375rem; }
.button.danger { border-color: var(--bad); color: var(--bad); }
.button.danger:hover { background: var(--bad-tint); color: var(--bad); }
.second-thought > summary { width: fit-content; list-style: none; }
.second-thought > summary::-webkit-details-marker { display: none; }
.second-thought[open] { flex-basis: 100%; }
.second-thought[open] > summary { background: var(--sunken); }
.second-thought > form { margin-top: .5rem; }
.second-thought > form > * + * { margin-top: .75rem; }

@media (min-width: 32rem) {
  header { padding-top: clamp(1.25rem, 8vh, 5rem); }
  .facts > div { display: grid; grid-template-columns: 10rem 1fr; gap: 1rem; }
  .facts dt { font-size: inherit; }
  .statement .button:not(.small) { width: auto; min-width: 14rem; }
}
@media (prefers-reduced-motion: reduce) {
  .button { transition: none; }
  .button:active { transform: none; }
  .current .step-sign { animation: none; border-color: var(--accent); }
}
@media (forced-colors: active) {
  .monogram, .avatar, .sign, .badge, .notice, .button { border-color: CanvasText; }
  .current .step-sign { border-color: Highlight; }
  .tabs [aria-current], .bar [aria-current] { text-decoration: underline; text-decoration-thickness: .125rem; }
}
@media print {
  body { display: block; background: none; }
  .card { box-shadow: none; }
  .button, .tabs, .skip, .bar nav, .acts { display: none; }
}
`

/** Where the API serves the sheet; the hash changes with the content, so it may be kept for ever. */
export const styleSheetPath = `/assets/style.css?v=${contentHash(styleSheet)}`
