import { noteAct } from './act.js'
import type { StaffAct, SupportDependencies } from './act.js'

const pauseSeconds = 3_600

/** Pauses all mail for an hour, or lets it go on; the board shows the reason. @returns until when it is paused; null where it runs */
export const steerTransport = (
  { database }: Pick<SupportDependencies, 'database'>,
  { act, actor, reason }: StaffAct & { readonly act: 'pause' | 'resume' },
): Promise<Date | null> =>
  database.transaction(async (stores) => {
    await (act === 'pause'
      ? stores.mailTransport.pause(pauseSeconds, `paused by support: ${reason}`)
      : stores.mailBoard.resume())
    await noteAct(stores, actor, null, { act: `${act}_transport`, reason })
    return (await stores.mailBoard.health(null)).pausedUntil
  })
