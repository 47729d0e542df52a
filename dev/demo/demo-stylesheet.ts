/** The one stylesheet of the demo pages. */
export const demoStylesheet = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f6f7f9, #14171c);
  --surface: light-dark(#ffffff, #1c2027);
  --raised: light-dark(#eef2f8, #242a34);
  --line: light-dark(#d9dee6, #343b47);
  --ink: light-dark(#1b2130, #e8ebf1);
  --soft: light-dark(#566074, #a6b0c2);
  --accent: light-dark(#1f5fbf, #8db8ff);
  --on-accent: light-dark(#ffffff, #10151d);
  --bad: light-dark(#a3261b, #ff9d92);
  --good: light-dark(#1b6e3c, #86d6a3);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
a { color: var(--accent); text-underline-offset: 0.15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
h1, h2 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: 1.75rem; margin: 0 0 0.5rem; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 0 0 0.75rem; }
p { margin: 0 0 1rem; max-width: 62ch; text-wrap: pretty; }
ul { list-style: none; margin: 0; padding: 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.25rem 1rem; margin: 0 0 1rem; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem; }
.site {
  display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: baseline;
  max-width: 46rem; margin: 0 auto; padding: 1rem 1rem 0;
}
.site a { color: inherit; font-weight: 650; text-decoration: none; }
.site a:hover { text-decoration: underline; }
.note { color: var(--soft); font-size: 0.875rem; }
.lead { color: var(--soft); font-size: 1.05rem; }
.section-lead { margin-top: 2.5rem; color: var(--soft); }
.group { margin-top: 2rem; }
.card { background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; padding: 1rem 1.25rem; }

button, .primary {
  display: inline-block; min-height: 2.5rem; padding: 0.45rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem;
  background: var(--surface); color: inherit; font: inherit; text-decoration: none; cursor: pointer;
}
button:hover { background: var(--raised); }
.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
.primary:hover { background: var(--accent); filter: brightness(1.08); }
input, select {
  min-height: 2.5rem; padding: 0.4rem 0.65rem; border: 1px solid var(--soft); border-radius: 0.5rem;
  background: var(--surface); color: inherit; font: inherit; min-width: 0;
}
::placeholder { color: var(--soft); opacity: 1; }
.problem { color: var(--bad); }

.organizations { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(17rem, 100%), 1fr)); gap: 1rem; }
.organizations .card { display: flex; flex-direction: column; align-items: flex-start; }
.organizations .primary { margin-top: auto; }

.people { background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; overflow: clip; }
.people li + li { border-top: 1px solid var(--line); }
.person {
  display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: baseline;
  width: 100%; padding: 0.75rem 1.25rem; border: 0; border-radius: 0; background: none; color: inherit; text-align: left; text-decoration: none;
}
.person:hover { background: var(--raised); }
.person-title { font-weight: 600; }
a.person .person-title { color: var(--accent); text-decoration: underline; text-underline-offset: 0.15em; }
.person-address { color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
.person-teaches { grid-column: 1 / -1; color: var(--soft); font-size: 0.95rem; }
.person-secrets { margin: 0; padding: 0 1.25rem 0.75rem; max-width: none; color: var(--soft); font-size: 0.875rem; overflow-wrap: anywhere; }
a.person:focus-visible, button.person:focus-visible { outline-offset: -3px; }

.inline { display: flex; flex-wrap: wrap; gap: 0.5rem; align-items: center; }
.inline label, .inline p { flex-basis: 100%; margin: 0; }
.inline input { flex: 1 1 12rem; }
.refuse { margin-top: 2rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.refuse .note { margin-left: 0.75rem; }

.message {
  display: grid; grid-template-columns: 1fr auto; gap: 0 1rem; align-items: baseline;
  padding: 0.75rem 1.25rem; color: inherit; text-decoration: none;
}
.message:hover { background: var(--raised); }
.message:focus-visible { outline-offset: -3px; }
.message-subject { font-weight: 600; overflow-wrap: anywhere; }
.message-to { color: var(--soft); overflow-wrap: anywhere; }
.message-state { color: var(--soft); font-size: 0.875rem; text-align: right; }
.message time { color: var(--soft); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.toolbar { display: flex; flex-wrap: wrap; gap: 1rem; justify-content: space-between; align-items: end; margin: 1.5rem 0; }
.toolbar .inline { flex: 1 1 18rem; }
.empty { padding: 2.5rem 1.25rem; text-align: center; color: var(--soft); }
.empty p { margin: 0 auto; }
details { margin-top: 2rem; }
.card details { margin-top: 0.5rem; }
summary { cursor: pointer; padding: 0.25rem 0; }
details > :not(summary) { margin-top: 0.75rem; }
.alert { border-left: 4px solid var(--bad); background: var(--surface); padding: 0.75rem 1rem; border-radius: 0.25rem; max-width: none; }
iframe { display: block; width: 100%; height: 28rem; border: 1px solid var(--line); border-radius: 0.75rem; background: Canvas; }
pre {
  margin: 0; padding: 1rem 1.25rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--surface); border: 1px solid var(--line); border-radius: 0.75rem; font-size: 0.9rem;
}
.buttons { display: flex; flex-wrap: wrap; gap: 0.5rem; }
.events { margin-top: 1rem; }
.answered { color: var(--good); }
.unanswered { color: var(--bad); }
@media (max-width: 30rem) {
  main { padding-top: 1.25rem; }
  .person, .message { grid-template-columns: 1fr; }
  .message-state { text-align: left; }
}
`
