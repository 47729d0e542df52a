import type { Context } from 'koa'
import type { AppError } from '../../domain/errors.js'
import type { StaffRole } from '../../domain/support.js'
import type { StaffSession } from '../../store/staff.js'
import type { SupportDependencies } from './dependencies.js'

interface RouteOf<Role, Args extends unknown[]> {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** What a member of staff needs to call it. */
  readonly role: Role
  readonly handle: (context: Context, ...args: Args) => Promise<void> | void
  /** As `Route.formOn` of the API. */
  readonly formOn?: (context: Context) => string
  /** The page in which what was typed can be mended; null where the error is of another kind. */
  readonly showAgain?: (context: Context, error: AppError, ...args: Args) => string | null
}

/** An endpoint of the console: for staff with a role, or, where it says so, for anybody who reaches the listener. */
export type SupportRoute = RouteOf<StaffRole, [staff: StaffSession]> | RouteOf<'anyone', []>

/** One endpoint, or one act that a page and the JSON API share. */
export type SupportHandler = (dependencies: SupportDependencies) => SupportRoute | readonly SupportRoute[]
