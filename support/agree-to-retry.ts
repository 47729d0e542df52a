import type { StaffRetry } from '../store/staff-retries.js'
import { noteAct } from './act.js'
import type { SupportDependencies } from './act.js'

/** A second person agrees that many mails are sent once more; from then on the worker sends them. Repeated, it changes nothing. */
export const agreeToRetry = (
  { database }: Pick<SupportDependencies, 'database'>,
  { retry: { id }, actor }: { readonly retry: StaffRetry; readonly actor: string },
): Promise<void> =>
  database.transaction(async (stores) => {
    if (!(await stores.staffRetries.agree(id, actor))) return
    await noteAct(stores, actor, { kind: 'retry', id }, { act: 'retry_many_agreed' })
  })
