import { isUuid } from './uuid.js'

/** Ids of runs: opaque ids only, because an id is never encrypted. A mail's row names the run that delivers it. */
export const authPipelineWorkflowId = (organizationId: string, attemptId: string): string =>
  `auth/${organizationId}/${attemptId}`

export const mailDeliveryWorkflowId = (mailId: string): string => `mail/${mailId}`

/** The attempt of a run's id; null where the id is of another kind. */
export const parseAuthPipelineWorkflowId = (workflowId: string): string | null => {
  const [kind, organizationId = '', attemptId = '', ...more] = workflowId.split('/')
  return kind === 'auth' && isUuid(organizationId) && isUuid(attemptId) && more.length === 0
    ? attemptId
    : null
}

/** One for each organization: it writes the mails of its backlog, a few at a time. */
export const bulkMailWorkflowId = (organizationId: string): string => `bulk-mail/${organizationId}`
