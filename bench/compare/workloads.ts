import type { Block } from './block.js'
import { runBlock } from './block.js'
import { createFlow, floorFlow, knownFlow, linkFlow, mergeFlow, peerFlow, plainFlow } from './flows.js'
import { knownSubjects } from './known-people.js'
import type { Parts } from './parts.js'
import { send } from './request.js'

export type Workload = 'W1' | 'W2' | 'W3' | 'W4' | 'F' | 'B' | 'K'

/** Runs one block. @param size flows @param lanes people at the same time */
export type RunWorkload = (name: Workload, size: number, lanes: number) => Promise<Block>

export const createWorkloads = (parts: Parts): RunWorkload => {
  const { pool, peerPool, origins } = parts
  const { api, worker, floor, plain, peer, postgres, temporal } = parts.pids
  let created = 0
  let known = 0
  let linked = 0
  let merged = 0
  const fresh = (size: number): string[] => Array.from({ length: size }, () => `new-${++created}`)
  const familiar = (size: number): string[] =>
    Array.from({ length: size }, () => `known-${(known++ % knownSubjects) + 1}`)

  const count = async (statement: string, from = pool): Promise<number> =>
    Number((await from.query<{ n: string }>(statement)).rows[0]?.n)
  const signedIn = (how: string) => count(`select count(*) n from attempts where outcome_how = '${how}'`)
  const sessions = () => count('select count(*) n from sessions')
  const users = () => count('select count(*) n from users')
  const mails = async () =>
    JSON.parse((await send('GET', `${origins.outside}/mails`)).text) as { taken: number; recipients: number }

  return async (name, size, lanes) => {
    const common = { lanes }
    if (name === 'F') {
      const subjects = fresh(size)
      // Every flow checks its own result.
      const gate = () => Promise.resolve(true)
      return runBlock({ ...common, flow: floorFlow(parts), subjects, pids: { floor, temporal }, gate })
    }
    if (name === 'B') {
      const [had, people] = [
        await count('select count(*) n from session', peerPool),
        await count('select count(*) n from "user"', peerPool),
      ]
      const gate = async () =>
        (await count('select count(*) n from session', peerPool)) === had + size &&
        (await count('select count(*) n from "user"', peerPool)) === people
      const flow = peerFlow(parts)
      return runBlock({ ...common, flow, subjects: familiar(size), pids: { peer, postgres }, gate })
    }
    const [hadSessions, hadUsers] = [await sessions(), await users()]
    if (name === 'W2') {
      const [hadCreated, hadMails] = [await signedIn('created'), await mails()]
      const gate = async (): Promise<boolean> => {
        const now = await mails()
        return (
          now.taken === hadMails.taken + size &&
          now.recipients === hadMails.recipients + size &&
          (await signedIn('created')) === hadCreated + size &&
          (await users()) === hadUsers + size &&
          (await count(`select count(*) n from mail_messages where state in ('queued', 'sending')`)) === 0
        )
      }
      const ours = { api, worker, postgres, temporal }
      return runBlock({ ...common, flow: createFlow(parts), subjects: fresh(size), pids: ours, gate })
    }
    if (name === 'W3') {
      const hadLinked = await signedIn('linked')
      const gate = async () => (await signedIn('linked')) === hadLinked + size && (await users()) === hadUsers
      // Each links once: from the far end of those who are known.
      const subjects = Array.from({ length: size }, () => `known-${knownSubjects - linked++}`)
      return runBlock({
        ...common,
        flow: linkFlow(parts),
        subjects,
        pids: { api, worker, postgres, temporal },
        gate,
      })
    }
    if (name === 'W4') {
      const [hadMerged, hadMails] = [await signedIn('merged'), await mails()]
      const gate = async () =>
        (await signedIn('merged')) === hadMerged + size &&
        (await users()) === hadUsers &&
        // Each owner is told, once.
        (await mails()).taken === hadMails.taken + size
      const subjects = Array.from({ length: size }, () => `merging-${merged++}`)
      const ours = { api, worker, postgres, temporal }
      return runBlock({ ...common, flow: mergeFlow(parts), subjects, pids: ours, gate })
    }
    const hadExisting = await signedIn('existing')
    const gate = async () =>
      (await sessions()) === hadSessions + size &&
      (await users()) === hadUsers &&
      (await signedIn('existing')) === hadExisting + size
    return runBlock({
      ...common,
      flow: name === 'W1' ? knownFlow(parts) : plainFlow(parts),
      subjects: familiar(size),
      // The worker has no part in a known sign-in, but it seals its audit.
      pids: name === 'W1' ? { api, worker, postgres } : { plain, postgres },
      gate,
    })
  }
}
