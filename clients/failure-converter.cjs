/**
 * What failures look like in histories: message and stack trace are a payload, which the codec encrypts, and not plain text beside
 * it. Temporal loads this file by its path, into the client, the worker and the bundle of the workflows, with `require`.
 */
const { DefaultFailureConverter } = require('@temporalio/common')

exports.failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
