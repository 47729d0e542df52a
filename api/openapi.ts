import { z } from 'zod'
import type { Contract } from './contract.js'
import type { Route } from './route.js'
import { problemSchema } from './schemas.js'

/** A schema of OpenAPI 3.1, which is JSON Schema 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>

export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly security: readonly Readonly<Record<string, readonly []>>[]
  readonly parameters: readonly {
    readonly in: 'path' | 'query' | 'header'
    readonly name: string
    readonly description?: string
    readonly required: boolean
    readonly schema: JsonSchema
  }[]
  readonly requestBody?: {
    readonly required: true
    readonly content: { readonly 'application/json': { readonly schema: JsonSchema } }
  }
  readonly responses: Readonly<
    Record<
      string,
      {
        readonly description: string
        readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>
      }
    >
  >
}

export interface OpenApiDocument {
  readonly openapi: '3.1.0'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<'schemas' | 'securitySchemes', JsonSchema>>
}

/** Every route that has a contract, as OpenAPI 3.1: made of the schemas that validate, so there is nothing to keep in step. */
export const describeApi = (routes: readonly Route[], publicOrigin: string): OpenApiDocument => {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const { method, path, access, forHosts, contract } of routes) {
    if (contract === undefined) continue
    const operations = (paths[path.replace(/:(\w+)/g, '{$1}')] ??= {})
    operations[method.toLowerCase()] = describeOperation({ method, path, access, forHosts }, contract)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'auth-pipeline',
      version: '1',
      description:
        'What the sign-in pages do, for programs on the same origin; what belongs to a sign-in also for pages of registered ' +
        'applications, as far as their organization goes. Cookies carry every secret, bodies none. ' +
        'A request of a browser that another site began is refused. Errors are RFC 9457 problem documents with a stable `code`.',
    },
    servers: [{ url: publicOrigin }],
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output') },
      securitySchemes: {
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-session',
          description: 'A signed-in browser.',
        },
        attempt: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-attempt-{attempt}',
          description: 'The browser that began the attempt; the name ends in its id.',
        },
      },
    },
  }
}

type OperationRoute = Pick<Route, 'method' | 'path' | 'access'> & { readonly forHosts: true | undefined }

const describeOperation = (
  { method, path, access, forHosts }: OperationRoute,
  { summary, body, query, answers, idempotent }: Contract,
): Operation => ({
  operationId: `${method.toLowerCase()}${path.replace(/[/:_-]+(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
  summary,
  ...describedIn([forHosts ? hostWords : '', typeof idempotent === 'object' ? idempotent.without : '']),
  security: access === 'anyone' ? [] : [{ [access]: [] }],
  parameters: [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
      in: 'path' as const,
      name,
      required: true,
      schema: { type: 'string' },
    })),
    ...(query === undefined ? [] : queryParameters(query)),
    ...(idempotent === true || idempotent === 'secret'
      ? [
          {
            in: 'header' as const,
            name: 'Idempotency-Key',
            description: idempotent === true ? repeatedWords : secretWords,
            required: false,
            schema: { type: 'string', pattern: '^[\\x20-\\x7e]{1,200}$' },
          },
        ]
      : []),
  ],
  ...(body === undefined
    ? {}
    : {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: closed(schemaOf(body, 'input')) } },
        },
      }),
  responses: {
    ...Object.fromEntries(
      Object.entries(answers).map(([status, schema]) => [
        status,
        {
          description: statusWords[status] ?? 'OK',
          ...(schema === null
            ? {}
            : { content: { 'application/json': { schema: schemaOf(schema, 'output') } } }),
        },
      ]),
    ),
    default: {
      description: 'A problem',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  },
})

const describedIn = (sentences: readonly string[]): { description?: string } => {
  const description = sentences.filter((sentence) => sentence !== '').join(' ')
  return description === '' ? {} : { description }
}

const hostWords = 'Pages of registered applications may call it from their own origin.'
const repeatedWords =
  'Names this request among those of its sender to this method and path. Sent again with the same body, it is answered as the first time ' +
  'and does nothing; with another body, `already_decided` with the first answer. What was refused is tried anew.'
const secretWords =
  'Names this request among those of its sender to this method and path. Sent again it does nothing, and is `already_decided`: the answer ' +
  'holds a secret, which is told once and not kept. What was refused is tried anew.'

const statusWords: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Created',
  202: 'Accepted, not done yet',
  204: 'Done, nothing to say',
}

const queryParameters = (query: z.ZodObject): Operation['parameters'] => {
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, JsonSchema>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    in: 'query' as const,
    name,
    required: required.includes(name),
    schema,
  }))
}

/** A member that is not named is refused. */
const closed = (schema: JsonSchema): JsonSchema => ({
  ...schema,
  ...('properties' in schema ? { additionalProperties: false } : {}),
  ...Object.fromEntries(
    ['oneOf', 'anyOf']
      .filter((name) => name in schema)
      .map((name) => [name, (schema[name] as readonly JsonSchema[]).map(closed)]),
  ),
})

/** @param side what a client sends, or what it is answered: defaults and transformations make the two differ */
const schemaOf = (schema: z.ZodType, side: 'input' | 'output'): JsonSchema => {
  const {
    $schema: _,
    '~standard': _standard,
    ...described
  } = z.toJSONSchema(schema, { io: side, reused: 'inline' }) as Record<string, unknown>
  return described
}
