import { noteAct } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

/** Lets a member of staff have payloads decoded for a quarter of an hour. @returns until when */
export const grantDecoding = (
  { database }: Pick<SupportDependencies, 'database'>,
  { sessionId, actor, reason }: StaffAct & { readonly sessionId: string },
): Promise<Date> =>
  database.transaction(async (stores) => {
    const until = await stores.staff.grantDecoding(sessionId)
    await noteAct(stores, actor, null, { act: 'decode', reason })
    return until
  })
