import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { z } from 'zod'
import type { ApiDependencies } from '../../api/dependencies.js'
import { describeApi } from '../../api/openapi.js'
import type { OpenApiDocument } from '../../api/openapi.js'
import type { Route } from '../../api/route.js'
import { createRoutes } from '../../api/routes.js'
import type { Answer } from '../support/browser.js'
import { signInAtProvider, startProduct } from '../support/product.js'
import type { Product } from '../support/product.js'

const routes = createRoutes({
  sendGridWebhookKey: null,
  publicOrigin: 'https://sign-in.example',
} as ApiDependencies)
const api = routes.filter(({ path }) => path.startsWith('/v1/'))
const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>): string => `${method} ${path}`

describe('the OpenAPI document', () => {
  const document = describeApi(routes, 'https://sign-in.example')

  it('knows every route of /v1, and no other', () => {
    const described = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) =>
        nameOf({ method: method.toUpperCase() as Route['method'], path }),
      ),
    )
    const paths = api.map((route) => nameOf({ ...route, path: route.path.replace(/:(\w+)/g, '{$1}') }))
    expect(described.sort()).toEqual(paths.sort())
  })

  it('gives every operation a name of its own and an answer', () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path))
    const ids = operations.map(({ operationId }) => operationId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids).toContain('postV1AttemptsAttemptDecision')
    for (const { responses } of operations) expect(Object.keys(responses).length).toBeGreaterThan(1)
  })

  it.each(api.filter(({ method }) => method !== 'GET').map((route) => [nameOf(route), route] as const))(
    '%s says what becomes of a request that is sent twice',
    (_, { method, path, contract }) => {
      const operation = document.paths[path.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
      const header = operation?.parameters.find(({ name }) => name === 'Idempotency-Key')
      const { idempotent } = contract ?? {}
      const says = typeof idempotent === 'object' ? operation?.description : header?.description
      expect(says).toMatch(/[Ss]ent again|send one again/)
      expect(header === undefined).toBe(typeof idempotent === 'object')
    },
  )

  it.each(api.filter(({ method }) => method === 'GET').map((route) => [nameOf(route), route] as const))(
    '%s takes no body',
    (_, route) => {
      expect(route.contract?.body).toBeUndefined()
    },
  )
})

describe('the running API', () => {
  let product: Product
  beforeAll(async () => {
    product = await startProduct()
  })
  afterAll(() => product.stop())

  /** The answer is what the contract says, without a field more. */
  const demand = (route: string, answer: Answer): void => {
    const contract = api.find((candidate) => nameOf(candidate) === route)?.contract
    const schema = contract?.answers[answer.status] as z.ZodObject | undefined
    if (schema === undefined) throw new Error(`${route} has no answer ${answer.status}: ${answer.text}`)
    expect(schema.strict().safeParse(answer.json()).error?.issues ?? []).toEqual([])
  }

  it('answers a whole sign-in as the document says', async () => {
    const browser = product.browser()
    demand(
      'POST /v1/attempts',
      await browser.postJson('/v1/attempts', {
        organization: 'acme',
        provider: 'demo',
        return_to: '/account',
      }),
    )
    const page = new URL((await signInAtProvider(browser, 'openapi')).location()).pathname
    demand('GET /v1/attempts/:attempt', await browser.get(`/v1${page}`))
    demand(
      'POST /v1/attempts/:attempt/decision',
      await browser.postJson(`/v1${page}/decision`, { decision: 'create' }),
    )
    demand('GET /v1/attempts/:attempt', await browser.get(`/v1${page}`))
    demand('POST /v1/attempts/:attempt/session', await browser.postJson(`/v1${page}/session`, {}))
    demand('GET /v1/session', await browser.get('/v1/session'))
    expect.hasAssertions()
  })

  it('serves the document, and the same for people', async () => {
    const browser = product.browser()
    const document = await browser.get('/openapi.json')
    expect(document.json()).toMatchObject({ openapi: '3.1.0', servers: [{ url: product.origin }] })
    const page = await browser.get('/docs')
    expect(page.status).toBe(200)
    const { paths } = document.json() as unknown as OpenApiDocument
    for (const path of Object.keys(paths)) expect(page.text).toContain(path)
  })
})
