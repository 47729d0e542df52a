/**
 * What failures look like in histories: message and stack trace are a payload, which the codec encrypts, and not plain text beside
 * it. A refused update stands in no history, and its words are ours: they stay readable, for support at a terminal without keys.
 * Temporal loads this file by its path, into the client, the worker and the bundle of the workflows, with `require`.
 */
const { ApplicationFailure, DefaultFailureConverter } = require('@temporalio/common')

const readable = new DefaultFailureConverter()

class FailureConverter extends DefaultFailureConverter {
  errorToFailure(error, payloadConverter, context) {
    const isRefusal = error instanceof ApplicationFailure && error.type === 'Refused'
    return isRefusal
      ? { ...readable.errorToFailure(error, payloadConverter, context), stackTrace: '' }
      : super.errorToFailure(error, payloadConverter, context)
  }
}

exports.failureConverter = new FailureConverter({ encodeCommonAttributes: true })
