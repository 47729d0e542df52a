import type { ComponentChildren, VNode } from 'preact'

interface PostFormProps {
  readonly action: string
  /** Values that are sent along unseen; absent ones are left out. */
  readonly hidden?: Readonly<Record<string, string | undefined>>
  /** The page's script sends the form by itself; only for acts that were decided before. */
  readonly autoSubmit?: boolean
  readonly class?: string
  readonly children: ComponentChildren
}

/** A form that changes something: always a POST, judged by the server in the words of the page. */
export function PostForm({
  action,
  hidden = {},
  autoSubmit = false,
  children,
  ...rest
}: PostFormProps): VNode {
  return (
    <form method="post" action={action} noValidate data-auto-submit={autoSubmit ? '' : undefined} {...rest}>
      {Object.entries(hidden).map(
        ([name, value]) =>
          value !== undefined && <input key={name} type="hidden" name={name} value={value} />,
      )}
      {children}
    </form>
  )
}
