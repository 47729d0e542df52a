import type { PipelineDependencies } from './dependencies.js'

/** Names the run that delivers a mail in its row. What happened to the mail until now, the run reads next. */
export const createHoldMail =
  ({ database }: PipelineDependencies) =>
  async ({ mailId, workflowId }: { readonly mailId: string; readonly workflowId: string }): Promise<void> => {
    await database.mail.setWorkflow(mailId, workflowId)
    await database.mail.markHeard(mailId)
  }
