import type { Context } from 'koa'

/** A page of a registered application that sent a request from its own origin. */
export interface HostPage {
  readonly origin: string
  /** Whose applications live there. Nothing of any other organization is within its reach. */
  readonly organizations: readonly { readonly id: string; readonly slug: string }[]
}

/** The application's page that a request comes from; undefined for our own pages and for programs. */
export const hostPageOf = (context: Pick<Context, 'state'>): HostPage | undefined =>
  (context.state as { readonly hostPage?: HostPage }).hostPage

export const setHostPage = (context: Context, hostPage: HostPage): void => {
  context.state['hostPage'] = hostPage
}

/** Whether what belongs to an organization may be told to the page that asks: our own reach all. */
export const mayReach = (context: Context, organizationId: string): boolean =>
  hostPageOf(context)?.organizations.some(({ id }) => id === organizationId) ?? true
