import type { ApiDependencies } from '../dependencies.js'

/** Has the mails to members written that were asked for; the relay does so where Temporal cannot be told now. */
export const wakeBulkMail = async (
  { pipelines, log }: Pick<ApiDependencies, 'pipelines' | 'log'>,
  organizationId: string,
): Promise<void> => {
  try {
    await pipelines.startBulkMail(organizationId)
  } catch (error) {
    log.warn({ error, organizationId }, 'mails to members are left to the relay')
  }
}
