import type { ComponentChildren, VNode } from 'preact'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { TextField } from '../components/text-field.js'
import type { Inline } from '../locales/en.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import type { DecisionPageData } from './decision.js'

/** One form for each decision that is offered; the likeliest one first, and it alone has the full button. */
export function Choices(data: DecisionPageData): VNode {
  const { decision } = messagesFor(data.locale)
  const [first] = (['link', 'create', 'merge'] as const).filter((offer) => data.offers.includes(offer))
  const provider = <Chosen text={data.provider.displayName} />
  const organization = <Chosen text={data.organization.name} />
  const sessionUser = <Chosen text={data.sessionUser?.name ?? ''} />
  return (
    <div class="choices">
      {data.offers.includes('link') && (
        <Choice
          data={data}
          kind="link"
          primary={first === 'link'}
          text={decision.link.text(provider, sessionUser)}
        />
      )}
      {data.offers.includes('create') && (
        <Choice
          data={data}
          kind="create"
          primary={first === 'create'}
          text={decision.create.text(organization)}
        >
          <CreateFields {...data} />
        </Choice>
      )}
      {data.offers.includes('merge') && (
        <Choice data={data} kind="merge" primary={first === 'merge'} text={decision.merge.text} />
      )}
      {data.offers.includes('cancel') && <Cancel {...data} />}
    </div>
  )
}

interface ChoiceProps {
  readonly data: DecisionPageData
  readonly kind: 'link' | 'create' | 'merge'
  readonly primary: boolean
  readonly text: Inline
  readonly children?: ComponentChildren
}

function Choice({ data, kind, primary, text, children }: ChoiceProps): VNode {
  const words = messagesFor(data.locale).decision[kind]
  return (
    <PostForm
      action={paths.attempt(data.attemptId, 'decision')}
      hidden={sentAlong(data, kind)}
      class="choice"
    >
      <h3>{words.title}</h3>
      <p>{text}</p>
      {children}
      <button class={primary ? 'button primary' : 'button'} type="submit">
        {words.submit}
      </button>
    </PostForm>
  )
}

function CreateFields({ locale, needsEmail, identity, errors = [], values = {} }: DecisionPageData): VNode {
  const { decision } = messagesFor(locale)
  const errorOf = (name: string): string | undefined => errors.find(({ field }) => field === name)?.message
  return (
    <>
      {needsEmail && (
        <TextField
          name="email"
          type="email"
          label={decision.email}
          hint={decision.emailHint}
          autoComplete="email"
          value={values.email}
          error={errorOf('email')}
          required
        />
      )}
      {identity.name === undefined && (
        <TextField
          name="name"
          label={decision.name}
          note={decision.optional}
          autoComplete="name"
          value={values.name}
          error={errorOf('name')}
        />
      )}
    </>
  )
}

function Cancel(data: DecisionPageData): VNode {
  const { cancel } = messagesFor(data.locale).decision
  return (
    <PostForm
      action={paths.attempt(data.attemptId, 'decision')}
      hidden={sentAlong(data, 'cancel')}
      class="quiet-choice"
    >
      <button class="button quiet" type="submit" aria-describedby="cancel-text">
        {cancel.submit}
      </button>
      <p id="cancel-text" class="hint">
        {cancel.text}
      </p>
    </PostForm>
  )
}

function sentAlong({ idempotencyKey }: DecisionPageData, decision: string): Record<string, string> {
  return { decision, idempotency_key: idempotencyKey }
}
