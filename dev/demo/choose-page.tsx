import { Page } from './page.js'
import { PersonaList, PersonaText } from './persona-list.js'

/** The sign-in page of the demo provider: one button a person, somebody else, or no. */
export function ChoosePage({ action, problem }: { action: string; problem?: string }) {
  return (
    <Page title="Choose who you are · demo provider" site="Demo provider">
      <h1>Choose who you are</h1>
      <p class="lead">
        A real provider would ask for a password here. This one lets you be anybody: what it then says about
        you is below each name.
      </p>
      <form method="post" action={action}>
        <PersonaList
          row={(persona) => (
            <button class="person" name="person" value={persona.id}>
              <PersonaText persona={persona} />
            </button>
          )}
        />
      </form>
      <section class="group" aria-labelledby="somebody-else">
        <h2 id="somebody-else">Somebody else</h2>
        <form class="inline" method="post" action={action}>
          <label for="person">Any short name makes a new person</label>
          <input
            id="person"
            name="person"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            aria-invalid={problem ? 'true' : undefined}
            aria-describedby={problem ? 'person-hint person-problem' : 'person-hint'}
          />
          <button class="primary">Continue</button>
          <p id="person-hint" class="note">
            “zoe” becomes zoe@people.example, not verified.
          </p>
          {problem && (
            <p id="person-problem" class="problem">
              {problem}
            </p>
          )}
        </form>
      </section>
      <form class="refuse" method="post" action={action}>
        <button name="refuse" value="yes">
          Refuse
        </button>
        <span class="note">and see what the application says about it</span>
      </form>
    </Page>
  )
}
