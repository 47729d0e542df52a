import type { VNode } from 'preact'
import { Chosen } from '../components/chosen.js'
import { PostForm } from '../components/post-form.js'
import { Statement, type StatementProps } from '../components/statement.js'
import { renderPage } from '../layout.js'
import type { Locale } from '../locale.js'
import { proofMessagesFor } from '../proof-messages.js'

export interface MailedProofPageData {
  readonly locale: Locale
  /** `elsewhere`: this browser did not begin the sign-in. `dead`: the code is used, replaced or too old. */
  readonly state: 'ready' | 'elsewhere' | 'dead' | 'invalid' | 'not_me' | 'not_me_done'
  /** Where the button posts to. */
  readonly action: string
  /** Masked; shown only in the browser that began. */
  readonly address?: string | undefined
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

function statementFor({ locale, state, action, address }: MailedProofPageData): StatementProps {
  const { link, notMe } = proofMessagesFor(locale)
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
      return {
        tone: 'calm',
        icon: 'person',
        title: link.elsewhereTitle,
        children: <p class="lead">{link.elsewhere}</p>,
      }
    case 'dead':
      return { tone: 'bad', icon: 'clock', title: link.deadTitle, children: <p class="lead">{link.dead}</p> }
    case 'invalid':
      return {
        tone: 'bad',
        icon: 'alert',
        title: link.invalidTitle,
        children: <p class="lead">{link.invalid}</p>,
      }
    case 'not_me':
      return {
        tone: 'calm',
        icon: 'alert',
        title: notMe.title,
        children: <Button text={notMe.text} label={notMe.submit} action={action} />,
      }
    case 'not_me_done':
      return {
        tone: 'good',
        icon: 'check',
        title: notMe.doneTitle,
        children: <p class="lead">{notMe.done}</p>,
      }
  }
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
