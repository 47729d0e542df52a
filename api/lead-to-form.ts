import type { Context, Middleware } from 'koa'

/** `GET` of an address that a form posts to, as a reload after an error or a bookmark asks for it: on to the page with the form. */
export const leadToForm =
  (formOn: (context: Context) => string): Middleware =>
  (context) => {
    context.status = 303
    context.redirect(formOn(context))
  }
