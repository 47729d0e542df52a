import { z } from 'zod'

/** What a page showed in its form's fields, sent along with it as `shown_…`; a form without that says all of them. */
export const shownFields = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [`shown_${name}`, z.string().optional()])) as Record<
    `shown_${Name}`,
    z.ZodOptional<z.ZodString>
  >

/** Whether somebody changed a field: one that says what the page showed must not take back what changed meanwhile. */
export const isTouched = <Name extends string>(
  body: Readonly<Partial<Record<Name | `shown_${Name}`, string | undefined>>>,
  name: Name,
): boolean => (body as Record<string, string | undefined>)[`shown_${name}`] !== (body[name] ?? '')

/** What a page that is shown again because its form was refused goes on to send along. */
export const shownAgain = (typed: Readonly<Record<string, string | undefined>>) => {
  const shown = Object.entries(typed).filter(([name]) => name.startsWith('shown_'))
  return shown.length === 0 ? undefined : Object.fromEntries(shown)
}
