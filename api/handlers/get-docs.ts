import { renderApiDocsPage } from '../../views/pages/api-docs.js'
import type { ApiOperation } from '../../views/pages/api-docs.js'
import type { JsonSchema, OpenApiDocument, Operation } from '../openapi.js'
import type { Route } from '../route.js'

/** `/openapi.json` for people, on the same origin and without a script. */
export const createGetDocs = (api: OpenApiDocument): Route => {
  const page = renderApiDocsPage({
    description: api.info.description,
    operations: Object.entries(api.paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => toShow(method, path, operation)),
    ),
  })
  return {
    method: 'GET',
    path: '/docs',
    access: 'anyone',
    handle(context) {
      context.type = 'text/html; charset=utf-8'
      context.body = page
    },
  }
}

const toShow = (method: string, path: string, operation: Operation): ApiOperation => ({
  method: method.toUpperCase(),
  path,
  summary: operation.summary,
  who: operation.security.length === 0 ? 'anyone' : Object.keys(operation.security[0] ?? {}).join(),
  query: operation.parameters
    .filter(({ in: place }) => place !== 'path')
    .map(({ name, required, schema }) => ({ name, type: typeOf(schema), required })),
  body: fieldsOf(operation.requestBody?.content['application/json'].schema),
  answers: Object.entries(operation.responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { description, content }]) => ({
      status,
      description,
      fields: fieldsOf(content?.['application/json']?.schema),
    })),
})

const fieldsOf = (schema: JsonSchema | undefined): ApiOperation['body'] => {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, field]) => ({
    name,
    type: typeOf(field),
    required: required.includes(name),
  }))
}

/** A schema in a few words. */
const typeOf = (schema: JsonSchema): string => {
  const {
    type,
    enum: values,
    const: value,
    anyOf,
    items,
    format,
    properties,
  } = schema as {
    type?: string
    enum?: readonly unknown[]
    const?: unknown
    anyOf?: readonly JsonSchema[]
    items?: JsonSchema
    format?: string
    properties?: Record<string, JsonSchema>
  }
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' or ')
  if (value !== undefined) return JSON.stringify(value)
  if (values !== undefined) return values.length > 8 ? 'a code' : values.join(' | ')
  if (items !== undefined) return `list of ${typeOf(items)}`
  if (properties !== undefined) return `{ ${Object.keys(properties).join(', ')} }`
  return format ?? type ?? 'anything'
}
