import type { ComponentChildren, VNode } from 'preact'
import { errorOf } from '../error-of.js'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { Replaces } from '../components/replaces.js'
import { SupportText } from '../components/support-text.js'
import { TextField } from '../components/text-field.js'
import type { Inline } from '../locales/en.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import type { DecisionPageData } from './decision.js'

/** One form for each decision that is offered; the likeliest one first, and it alone has the full button. */
export function Choices(data: DecisionPageData): VNode {
  const { decision } = messagesFor(data.locale)
  const { offers, proved } = data
  const likeliest = proved === undefined ? likely : (['merge', ...likely] as const)
  const [first] = likeliest.filter((offer) => offers.includes(offer))
  const order = first === 'merge' ? (['merge', 'link', 'create'] as const) : likely
  // A sign-in that is too old is made anew first, whatever it is then connected to: that is said once.
  const anew =
    data.staleSignIn === true ? order.find((kind) => kind !== 'create' && offers.includes(kind)) : undefined
  const shown = order.filter(
    (offer) => offers.includes(offer) && (anew === undefined || offer === 'create' || offer === anew),
  )
  return (
    <div class="choices">
      {shown.map((kind) =>
        waysFirst(data, kind) !== undefined ? (
          <ProveAgain key={kind} data={data} kind={kind} primary={first === kind} />
        ) : (
          <Choice key={kind} data={data} kind={kind} primary={first === kind} text={textOf(data, kind)}>
            {kind === 'create' && <CreateFields {...data} />}
            {kind === 'link' && (
              <Replaces
                locale={data.locale}
                id="replace-link"
                names={namesOf(data.linkReplaces)}
                missed={isMissed(data, 'replace-link')}
              />
            )}
            {kind === 'merge' && (
              <Replaces
                locale={data.locale}
                id="replace-merge"
                names={namesOf(proved?.replaces)}
                missed={isMissed(data, 'replace-merge')}
              />
            )}
          </Choice>
        ),
      )}
      {data.mayProve === true && <Prove {...data} />}
      {offers.includes('cancel') && <Cancel {...data} />}
      {offers.length === 1 && (
        <p class="after">
          <SupportText locale={data.locale} contact={data.supportContact} text={decision.askSupport} />
        </p>
      )}
    </div>
  )
}

const isMissed = ({ errors = [] }: DecisionPageData, id: string): boolean =>
  errors.some(({ field }) => field === id)

const namesOf = (name: string | undefined): readonly string[] => (name === undefined ? [] : [name])

type Kind = 'link' | 'create' | 'merge'
const likely = ['link', 'create', 'merge'] as const satisfies readonly Kind[]

function textOf(
  { locale, provider, organization, sessionUser, proved }: DecisionPageData,
  kind: Kind,
): Inline {
  const { decision } = messagesFor(locale)
  switch (kind) {
    case 'link':
      return decision.link.text(
        <Chosen text={provider.displayName} />,
        <Chosen text={sessionUser?.name ?? ''} />,
      )
    case 'create':
      return decision.create.text(<Chosen text={organization.name} />)
    case 'merge':
      if (proved !== undefined)
        return decision.link.text(<Chosen text={provider.displayName} />, <Chosen text={proved.name} />)
      return sessionUser === undefined ? decision.merge.text : decision.merge.another
  }
}

/** "I already have an account": leads to the page where that is shown; whoever holds the address, it reads the same. */
function Prove({ locale, attemptId, sessionUser }: DecisionPageData): VNode {
  const { merge } = messagesFor(locale).decision
  return (
    <section class="choice">
      <h3>{merge.title}</h3>
      <p>{sessionUser === undefined ? merge.text : merge.another}</p>
      <a class="button" href={paths.attempt(attemptId, 'proofs')}>
        {merge.submit}
      </a>
    </section>
  )
}

/** Where a person has to sign in before a choice is taken; undefined where nowhere. */
function waysFirst(
  { staleSignIn = false, provider, proveAgain }: DecisionPageData,
  kind: Kind,
): readonly { readonly key: string; readonly displayName: string }[] | undefined {
  if (kind === 'create') return undefined
  if (staleSignIn) return [{ key: provider.name, displayName: provider.displayName }]
  return kind === 'link' ? proveAgain?.providers : undefined
}

/** Identity or account has to be shown once more before they are connected: one button for each way. */
function ProveAgain({
  data,
  kind,
  primary,
}: {
  readonly data: DecisionPageData
  readonly kind: Kind
  readonly primary: boolean
}): VNode {
  const { decision, signIn } = messagesFor(data.locale)
  const providers = waysFirst(data, kind) ?? []
  return (
    <section class="choice">
      <h3>{decision.link.title}</h3>
      <p>
        {data.staleSignIn === true
          ? decision.link.stale(<Chosen text={data.provider.displayName} />)
          : decision.link.proveAgain}
      </p>
      <div class="stack">
        {providers.map(({ key, displayName }) => (
          <PostForm
            key={key}
            action={paths.attempt(data.attemptId, 'proofs')}
            hidden={{ kind: 'provider', provider: key }}
          >
            <button class={primary && providers.length === 1 ? 'button primary' : 'button'} type="submit">
              <span>{signIn.with(<Chosen text={displayName} />)}</span>
            </button>
          </PostForm>
        ))}
      </div>
    </section>
  )
}

interface ChoiceProps {
  readonly data: DecisionPageData
  readonly kind: Kind
  readonly primary: boolean
  readonly text: Inline
  readonly children?: ComponentChildren
}

function Choice({ data, kind, primary, text, children }: ChoiceProps): VNode {
  const { decision } = messagesFor(data.locale)
  // What was proved is connected like what one is signed in to.
  const words = kind === 'merge' && data.proved !== undefined ? decision.link : decision[kind]
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
          error={errorOf(errors, 'email')}
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
          error={errorOf(errors, 'name')}
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

function sentAlong({ idempotencyKey, version }: DecisionPageData, decision: string): Record<string, string> {
  return { decision, idempotency_key: idempotencyKey, version }
}
