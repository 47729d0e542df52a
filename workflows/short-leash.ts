import { isCancellation, proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import type { PipelineActivities } from '../activities/contract.js'
import { callPolicies } from './contract.js'

const local = proxyLocalActivities<PipelineActivities>(callPolicies.local)
const durable = proxyActivities<PipelineActivities>(callPolicies.durable)

/**
 * Runs a short database step as a local activity with two quick tries, and the same step as a regular activity if they fail:
 * fast while all is well, patient and out of the way of messages while it is not.
 */
export const shortLeash = async <Result>(
  step: (activities: PipelineActivities) => Promise<Result>,
): Promise<Result> => {
  try {
    return await step(local)
  } catch (error) {
    if (isCancellation(error)) throw error
    return step(durable)
  }
}
