import {
  condition,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
} from '@temporalio/workflow'

/** F, the durable floor: one signal, one local activity, one activity. Nothing that does this on Temporal can do less. */
interface FloorActivities {
  settle(id: string): Promise<string>
  send(id: string): Promise<string>
}

const { settle } = proxyLocalActivities<FloorActivities>({ startToCloseTimeout: '2s' })
const { send } = proxyActivities<FloorActivities>({ startToCloseTimeout: '12s' })

export async function FloorWorkflow(id: string): Promise<string> {
  let decided = false
  setHandler(defineSignal('create'), () => {
    decided = true
  })
  await condition(() => decided)
  await settle(id)
  return send(id)
}
