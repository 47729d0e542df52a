/** The workflows that the worker registers. */
export { AuthPipelineWorkflow } from './auth-pipeline.js'
export { BulkMailWorkflow } from './bulk-mail.js'
export { MailDeliveryWorkflow } from './mail-delivery.js'
