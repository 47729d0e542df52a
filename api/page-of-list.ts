import type { Context } from 'koa'
import { z } from 'zod'
import { AppError } from '../domain/errors.js'
import { queryValue } from './request.js'

/** Which part of a list is asked for (spec: http); `after` is the id of the last item of the part before. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  after: z.uuid().optional(),
})

/** @throws AppError `bad_request` */
export const pageOfList = (context: Context): z.output<typeof pageQuery> => {
  const parsed = pageQuery.safeParse({
    limit: queryValue(context, 'limit'),
    after: queryValue(context, 'after'),
  })
  if (parsed.success) return parsed.data
  throw new AppError('bad_request', {
    errors: parsed.error.issues.map(({ path, message }) => ({ field: path.join('.'), message })),
  })
}
