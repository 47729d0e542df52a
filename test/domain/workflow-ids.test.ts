import { describe, expect, it } from '@jest/globals'
import { authPipelineWorkflowId, mailDeliveryWorkflowId } from '../../domain/workflow-ids.js'

describe('ids of runs', () => {
  it('hold the ids of rows and nothing else', () => {
    expect(authPipelineWorkflowId('o1', 'a1')).toBe('auth/o1/a1')
    expect(mailDeliveryWorkflowId('m1')).toBe('mail/m1')
  })
})
