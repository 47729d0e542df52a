import type { Connection } from '@temporalio/client'
import type { SearchAttributeType } from '@temporalio/common'
import proto from '@temporalio/proto'

const { IndexedValueType } = proto.temporal.api.enums.v1
type Duration = proto.google.protobuf.Duration

/** Search attributes by name, as `searchAttributeTypes` of the workflow contract. */
export type SearchAttributeTypes = Readonly<Record<string, SearchAttributeType>>

export interface NamespaceSettings {
  readonly namespace: string
  readonly retentionHours: number
  readonly searchAttributes: SearchAttributeTypes
}

/** Makes a namespace that can be used at once. */
export async function createNamespace(connection: Connection, settings: NamespaceSettings): Promise<void> {
  const { namespace, retentionHours, searchAttributes } = settings
  await connection.workflowService.registerNamespace({
    namespace,
    workflowExecutionRetentionPeriod: hours(retentionHours),
  })
  await register(connection, namespace, searchAttributes)
}

/**
 * Sets a namespace's retention, which the dev server has no flag for (24 h), and registers the search attributes it lacks.
 * Changes nothing the second time.
 */
export async function prepareNamespace(connection: Connection, settings: NamespaceSettings): Promise<void> {
  const { namespace, searchAttributes } = settings
  const retention = hours(settings.retentionHours)
  const { config } = await connection.workflowService.describeNamespace({ namespace })
  if (!config?.workflowExecutionRetentionTtl?.seconds?.eq(retention.seconds)) {
    await connection.workflowService.updateNamespace({
      namespace,
      config: { workflowExecutionRetentionTtl: retention },
    })
  }
  await registerMissing(connection, namespace, searchAttributes)
}

/** Registers the search attributes that the namespace lacks. The dev server's own flag does so in a new database only. */
export async function registerMissing(
  connection: Connection,
  namespace: string,
  wanted: SearchAttributeTypes,
): Promise<void> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
  const missing = Object.entries(wanted).filter(([name]) => !(name in customAttributes))
  if (missing.length > 0) await register(connection, namespace, Object.fromEntries(missing))
}

/** Registers search attributes that are not registered yet. */
export async function register(
  connection: Connection,
  namespace: string,
  attributes: SearchAttributeTypes,
): Promise<void> {
  const types = Object.entries(attributes).map(
    ([name, type]) => [name, IndexedValueType[`INDEXED_VALUE_TYPE_${type}`]] as const,
  )
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(types),
  })
}

function hours(count: number): Duration {
  return proto.google.protobuf.Duration.fromObject({ seconds: count * 3600 })
}
