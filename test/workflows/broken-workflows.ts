import { sleep } from '@temporalio/workflow'
import { AuthPipelineWorkflow as AsItIs } from '../../workflows/auth-pipeline.js'
import type { AuthPipelineInput, AuthPipelineResult } from '../../workflows/contract.js'

export { MailDeliveryWorkflow } from '../../workflows/mail-delivery.js'

/** The workflow with a step before its first one: the change that `patched()` is for, made without it. */
export async function AuthPipelineWorkflow(input: AuthPipelineInput): Promise<AuthPipelineResult> {
  await sleep('1 second')
  return AsItIs(input)
}
