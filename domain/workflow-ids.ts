/** Ids of runs: opaque ids only, because an id is never encrypted. A mail's row names the run that delivers it. */
export const authPipelineWorkflowId = (organizationId: string, attemptId: string): string =>
  `auth/${organizationId}/${attemptId}`

export const mailDeliveryWorkflowId = (mailId: string): string => `mail/${mailId}`

/** The attempt of a run's id; null where the id is of another kind. */
export const parseAuthPipelineWorkflowId = (workflowId: string): string | null =>
  /^auth\/[0-9a-f-]{36}\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(workflowId)?.[1] ?? null

/** One for each organization: it writes the mails of its backlog, a few at a time. */
export const bulkMailWorkflowId = (organizationId: string): string => `bulk-mail/${organizationId}`
