import type { VNode } from 'preact'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { Statement, type StatementProps } from '../components/statement.js'
import { SupportText } from '../components/support-text.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { messagesFor } from '../messages.js'
import { paths } from '../paths.js'
import { proofMessagesFor } from '../proof-messages.js'

export interface MailedProofPageData {
  readonly locale: Locale
  /** `elsewhere`: this browser did not begin the sign-in. `dead`: the code is used, replaced or too old. */
  readonly state: 'ready' | 'elsewhere' | 'dead' | 'invalid' | 'not_me' | 'not_me_done'
  /** Where the button posts to. */
  readonly action: string
  /** Masked; shown only in the browser that began. */
  readonly address?: string | undefined
  /** The sign-in of the code; told only in the browser that began. */
  readonly attemptId?: string | undefined
  /** Where the words about support lead, a URI; nowhere where absent. */
  readonly supportContact?: string | null | undefined
}

/** The pages that the links of a mailed code lead to. Looking at them changes nothing. */
export function renderMailedProofPage(data: MailedProofPageData): string {
  const { title, ...statement } = statementFor(data)
  return renderPage({
    locale: data.locale,
    title,
    children: <Statement title={title} {...statement} />,
  })
}

function statementFor(data: MailedProofPageData): StatementProps {
  const { locale, state, action, address } = data
  const { link, notMe } = proofMessagesFor(locale)
  const end = (text: string): VNode => <End data={data} text={text} />
  switch (state) {
    case 'ready':
      return {
        tone: 'calm',
        icon: 'person',
        title: link.title,
        children: (
          <Button text={link.text(<Chosen text={address ?? ''} />)} label={link.submit} action={action} />
        ),
      }
    case 'elsewhere':
      return { tone: 'calm', icon: 'person', title: link.elsewhereTitle, children: end(link.elsewhere) }
    case 'dead':
      return { tone: 'bad', icon: 'clock', title: link.deadTitle, children: end(link.dead) }
    case 'invalid':
      return { tone: 'bad', icon: 'alert', title: link.invalidTitle, children: end(link.invalid) }
    case 'not_me':
      return {
        tone: 'calm',
        icon: 'alert',
        title: notMe.title,
        children: <Button text={notMe.text} label={notMe.submit} action={action} />,
      }
    case 'not_me_done':
      return { tone: 'good', icon: 'check', title: notMe.doneTitle, children: end(notMe.done) }
  }
}

/** What there is to know, and the way on: back to the sign-in, where it is this browser's. */
function End({ data, text }: { readonly data: MailedProofPageData; readonly text: string }): VNode {
  const { locale, attemptId, supportContact } = data
  return (
    <>
      <p class="lead">
        <SupportText locale={locale} contact={supportContact} text={text} />
      </p>
      {attemptId === undefined ? (
        <a class="button" href={paths.home}>
          {messagesFor(locale).problem.home}
        </a>
      ) : (
        <a class="button primary" href={paths.attemptPage(attemptId)}>
          {proofMessagesFor(locale).link.back}
        </a>
      )}
    </>
  )
}

function Button({
  text,
  label,
  action,
}: {
  readonly text: ReturnType<ReturnType<typeof proofMessagesFor>['link']['text']>
  readonly label: string
  readonly action: string
}): VNode {
  return (
    <>
      <p class="lead">{text}</p>
      <PostForm action={action}>
        <button class="button primary" type="submit">
          {label}
        </button>
      </PostForm>
    </>
  )
}
