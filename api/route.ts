import type { Context } from 'koa'
import type { ApiDependencies } from './dependencies.js'

/** Who may call a route. The handler asks for exactly this; `api/routes.ts` lists it, so that it can be read in one place. */
type Access =
  /** Anybody. */
  | 'anyone'
  /** The browser that began the attempt and holds its secret. */
  | 'attempt'
  /** A signed-in browser. */
  | 'session'

export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly access: Access
  readonly handle: (context: Context) => Promise<void> | void
}

/** One endpoint: given what it works with, a route. */
export type Handler = (dependencies: ApiDependencies) => Route
