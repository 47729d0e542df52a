import type { Context } from 'koa'
import type { Contract } from './contract.js'
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
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly access: Access
  /** A page of a registered application may call it too, from its own origin: what it reaches there is `mayReach`'s. */
  readonly forHosts?: true
  /** What it takes and gives: every route of `/v1` has one. */
  readonly contract?: Contract
  /** The page with the form that is posted here: where a browser is led that opens this address itself. */
  readonly formOn?: (context: Context) => string
  readonly handle: (context: Context) => Promise<void> | void
}

/** One endpoint: given what it works with, a route. */
export type Handler = (dependencies: ApiDependencies) => Route
