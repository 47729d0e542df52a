import type { OpenApiDocument } from '../openapi.js'
import type { Route } from '../route.js'

/** The JSON API as OpenAPI 3.1. */
export const createGetOpenapi = (api: OpenApiDocument): Route => ({
  method: 'GET',
  path: '/openapi.json',
  access: 'anyone',
  handle(context) {
    context.body = api
  },
})
