import type { ApiDependencies } from '../dependencies.js'

/** Tells runs at once that something happened to the mails that they hold; the relay tells those that did not hear. */
export const wakeRuns = async (
  { pipelines, log }: Pick<ApiDependencies, 'pipelines' | 'log'>,
  workflowIds: readonly string[],
): Promise<void> => {
  for (const workflowId of workflowIds) {
    try {
      await pipelines.nudgeMail(workflowId)
    } catch (error) {
      log.warn({ error, workflowId }, 'nudge is left to the relay')
    }
  }
}
