import { ApplicationFailure, defineUpdate, setHandler } from '@temporalio/workflow'
import { maxExtensions } from '../domain/support.js'
import { isActor, isReason, longestReason } from '../domain/support-request.js'
import { labels, updates } from './contract.js'
import type { AuthPipelineInput, ExtendRequest } from './contract.js'
import { shortLeash } from './short-leash.js'
import { tellDeadline } from './telling.js'

/** The deadline of a decision, and what support has asked for to put it off. */
export interface MoreTime {
  /** Absolute, milliseconds since 1970. */
  deadline(): number
  /** Requests so far: each is a reason to look again. */
  count(): number
  /** Carries out what was asked and not done yet; Postgres decides whether there is more time. */
  carryOut(): Promise<void>
  /** Nothing is waited for any more. */
  close(): void
}

const extend = defineUpdate<string, [ExtendRequest]>(updates.extend)

/** Takes `extend`. The handler only notes, the story itself carries it out. */
export const openMoreTime = ({ attemptId, deadline: first }: AuthPipelineInput): MoreTime => {
  const asked: (ExtendRequest & { readonly extension: number })[] = []
  let [deadline, count, given, open] = [first, 0, 0, true]

  setHandler(
    extend,
    (request) => {
      given = request.extension ?? given + 1
      asked.push({ ...request, extension: given })
      count++
      return labels.extended
    },
    {
      validator: ({ reason, actor, extension = given + 1 }: Partial<ExtendRequest> = {}) => {
        if (!open) throw refuse('the attempt has ended')
        if (!isReason(reason)) throw refuse(`a reason of 1 to ${longestReason} characters is needed`)
        if (!isActor(actor)) throw refuse('actor is the name of whoever asks')
        if (!Number.isInteger(extension) || extension < 1 || extension > maxExtensions)
          throw refuse(`there are ${maxExtensions} extensions; extension is the number of one of them`)
      },
    },
  )

  return {
    deadline: () => deadline,
    count: () => count,
    async carryOut() {
      for (let request = asked.shift(); request !== undefined; request = asked.shift()) {
        const extended = { attemptId, ...request, actor: request.actor ?? 'operator' }
        const until = await shortLeash((activities) => activities.extendAttempt(extended))
        if (until === deadline) continue
        deadline = until
        tellDeadline(deadline)
      }
    },
    close() {
      open = false
    },
  }
}

const refuse = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, 'Refused')
