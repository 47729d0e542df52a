/** The rules of the page beside those of all demo pages. */
export const breakStyles = `
:root { --warn: light-dark(#8a5300, #f2c36b); }
.site, main { max-width: 70rem; }
.stage { display: grid; gap: 2rem; margin-top: 2rem; }
@media (min-width: 56rem) { .stage { grid-template-columns: 24rem 1fr; } }
.stage h2 { margin-bottom: 0.75rem; }
.part { display: flex; gap: 1rem; align-items: center; justify-content: space-between; padding: 0.75rem 1.25rem; }
.part p, .who, .totals, .links { margin: 0; }
.part button { white-space: nowrap; }
.danger { color: var(--bad); }
.state { font-variant-numeric: tabular-nums; font-size: 0.9375rem; }
.state::before { content: ''; display: inline-block; width: 0.6rem; height: 0.6rem; margin-right: 0.5rem; border-radius: 50%; background: currentColor; }
.state.up { color: var(--good); }
.state.away, .state.failing { color: var(--bad); font-weight: 600; }
.state.starting { color: var(--warn); font-weight: 600; }
.state.foreign { color: var(--soft); }
.mend { display: flex; flex-wrap: wrap; gap: 0.5rem 0.75rem; align-items: center; margin-top: 1rem; }
.links { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-top: 1.25rem; }
.totals { color: var(--soft); font-variant-numeric: tabular-nums; }
.totals strong { color: var(--ink); }
.crowd { display: grid; gap: 0.75rem; margin-top: 0.75rem; min-height: 8rem; align-content: start; }
.crowd .card { padding: 0.75rem 1.25rem 0.875rem; }
.who { display: flex; flex-wrap: wrap; gap: 0 1rem; justify-content: space-between; max-width: none; }
.who strong { text-transform: capitalize; }
.who .note { overflow-wrap: anywhere; }
.end { color: var(--soft); font-size: 0.9375rem; font-variant-numeric: tabular-nums; }
.confirmed .end { color: var(--good); font-weight: 600; }
.lost .end { color: var(--bad); font-weight: 600; }
.steps { display: grid; grid-template-columns: repeat(5, 1fr); gap: 0.375rem; margin: 0.5rem 0 0; padding: 0; list-style: none; }
.steps li { display: grid; padding-top: 0.375rem; border-top: 4px solid var(--line); color: var(--soft); font-size: 0.8125rem; line-height: 1.35; }
.steps .done { border-color: var(--good); }
.steps .now { border-color: var(--accent); color: var(--ink); }
.steps .now.waits { border-color: var(--warn); }
.waits .seconds { color: var(--warn); font-weight: 600; }
.seconds { font-variant-numeric: tabular-nums; }
@media (max-width: 30rem) { .part, .crowd .card { padding-inline: 0.875rem; } .steps { gap: 0.25rem; } .steps li { font-size: 0.75rem; } }
`
