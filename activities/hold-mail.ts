import type { PipelineDependencies } from './dependencies.js'

/** Names the run that delivers a mail in its row. */
export const createHoldMail =
  ({ database }: PipelineDependencies) =>
  ({ mailId, workflowId }: { readonly mailId: string; readonly workflowId: string }): Promise<void> =>
    database.mail.setWorkflow(mailId, workflowId)
