/** Ids of runs: opaque ids only, because an id is never encrypted. A mail's row names the run that delivers it. */
export const authPipelineWorkflowId = (organizationId: string, attemptId: string): string =>
  `auth/${organizationId}/${attemptId}`

export const mailDeliveryWorkflowId = (mailId: string): string => `mail/${mailId}`
