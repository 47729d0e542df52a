import { contentHash } from './content-hash.js'

/** What the support console adds to the sheet: wide pages, tables, timelines, and acts behind disclosures. */
export const consoleSheet = `
.console header, .console main, .console footer { max-width: 76rem; }
.console main > * + * { margin-top: 1.25rem; }
.bar { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem; }
.bar nav ul { display: flex; flex-wrap: wrap; gap: .25rem; list-style: none; }
.bar nav a { display: inline-block; padding: .5rem .75rem; border-radius: var(--radius-small); color: var(--ink); font-weight: 600; text-decoration: none; }
.bar nav a:hover { background: var(--sunken); }
.bar nav a[aria-current] { background: var(--tint); color: var(--accent-deep); }
.bar .who { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; margin-inline-start: auto; color: var(--soft); font-size: .875rem; }
.console .card { padding: clamp(1rem, 3vw, 1.75rem); }
.console .card > h2:first-child { margin-top: 0; }
.filters { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(11rem, 100%), 1fr)); gap: .75rem 1rem; align-items: end; }
.filters .field + .field, .filters .field + .button { margin-top: 0; }
.filters .wide-field { grid-column: 1 / -1; }
select, textarea { width: 100%; min-height: 2.875rem; padding: .5rem .875rem; border: 1px solid var(--edge); border-radius: var(--radius-small); background: var(--surface); color: inherit; font: inherit; }
select:hover, textarea:hover { border-color: var(--ink); }
.counts { display: flex; flex-wrap: wrap; gap: .5rem; list-style: none; }
.counts a, .counts .count { display: flex; align-items: baseline; gap: .5rem; min-height: 2.25rem; padding: .375rem .875rem; border: 1px solid var(--line); border-radius: 2rem; background: var(--surface); color: var(--soft); font-size: .9375rem; text-decoration: none; }
.counts a:hover { border-color: var(--ink); color: var(--ink); }
.counts strong { color: var(--ink); font-variant-numeric: tabular-nums; }
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: var(--radius); background: var(--surface); }
.table:focus-visible { outline-offset: 0; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .625rem 1rem; text-align: start; vertical-align: top; white-space: nowrap; }
th { color: var(--soft); font-size: .8125rem; font-weight: 600; }
tbody tr { border-top: 1px solid var(--line); }
tbody tr:hover { background: var(--sunken); }
td.text { white-space: normal; min-width: 14rem; }
.mono { font-family: ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace; font-size: .875em; overflow-wrap: anywhere; }
.badge.bad { border-color: transparent; background: var(--bad-tint); color: var(--bad); }
.columns { display: grid; gap: 1.25rem; align-items: start; }
.columns > * { min-width: 0; }
.columns > * > * + * { margin-top: 1.25rem; }
section > h2 + .table, section > h2 + .card, section > .inline + .table, section > .inline + .card { margin-top: .75rem; }
.title { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem .75rem; }
.timeline { list-style: none; }
.timeline > li { position: relative; padding: 0 0 1.125rem 1.5rem; border-inline-start: 2px solid var(--line); margin-inline-start: .4375rem; }
.timeline > li:last-child { padding-bottom: 0; border-color: transparent; }
.timeline > li::before { content: ""; position: absolute; inset: .3125rem auto auto -.5rem; width: .875rem; height: .875rem; border: 2px solid var(--surface); border-radius: 50%; background: var(--edge); }
.timeline > .good::before { background: var(--accent); }
.timeline > .bad::before { background: var(--bad); }
.timeline > .quiet { font-size: .875rem; color: var(--soft); }
.timeline p { margin: 0; }
.timeline .what { font-weight: 600; }
.timeline .quiet .what { font-weight: 400; }
.timeline .meta { color: var(--soft); font-size: .875rem; }
.acts { display: grid; gap: .5rem; }
.acts > .button { justify-content: start; }
.console details { border: 1px solid var(--line); border-radius: var(--radius-small); background: var(--surface); }
.console summary { padding: .625rem 1rem; border-radius: var(--radius-small); font-weight: 600; cursor: pointer; }
.console summary:hover { background: var(--sunken); }
.console details > :not(summary) { padding: .5rem 1rem 1rem; }
.console details form > * + * { margin-top: .75rem; }
.pager { display: flex; justify-content: space-between; gap: 1rem; }
.pager .button, .inline .button, .bar .button { width: auto; }
.inline { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; }
@media (min-width: 60rem) {
  .columns { grid-template-columns: minmax(0, 1fr) 23rem; }
  .columns > :last-child .facts > div { display: block; }
  .columns > :last-child .facts dt { font-size: .875rem; }
  .console header { padding-top: 1.25rem; }
}
`

/** Where the console serves it; the hash changes with the content, so it may be kept for ever. */
export const consoleSheetPath = `/assets/console.css?v=${contentHash(consoleSheet)}`
