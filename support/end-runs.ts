import type { SupportDependencies } from './act.js'

/** Tells the runs of sign-ins that ended; whether or not they hear of it now, at their own next step they end as well. */
export const endRuns = async (
  pipelines: SupportDependencies['pipelines'],
  attempts: readonly { readonly organizationId: string; readonly attemptId: string }[],
): Promise<void> => {
  await Promise.all(attempts.map((run) => pipelines.nudge(run, 'cancel').catch(() => false)))
}
