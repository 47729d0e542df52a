import { z } from 'zod'
import { results, stages } from '../../../domain/attempt.js'
import { AppError } from '../../../domain/errors.js'
import { mailStates } from '../../../domain/mail.js'
import type { FoundAttempt } from '../../../store/attempt-search.js'
import { renderAttemptsPage } from '../../../views/pages/support/attempts.js'
import type { AttemptsPageData } from '../../../views/pages/support/attempts.js'
import { parseBody, wantsJson } from '../../request.js'
import {
  afterAttemptOf,
  demandSearchable,
  limitOf,
  readSearch,
  sealWords,
  searchFields,
  searchWords,
} from '../attempt-query.js'
import { presentFound } from '../present.js'
import type { SupportHandler } from '../route.js'
import { viewerOf } from '../viewer.js'

/** The console's first page: find a sign-in. */
export const getAttempts: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/',
  role: 'view',
  async handle(context, staff) {
    const { database } = dependencies
    const words = searchWords(dependencies, context, staff)
    const [limit, after] = [limitOf(context), afterAttemptOf(context)]
    const search = async (): Promise<FoundOrWrong> => {
      if (!wantsJson(context)) await demandSearchable(dependencies, words)
      return {
        ...(await database.attemptSearch.search(await readSearch(dependencies, staff, words), limit, after)),
        errors: [],
      }
    }
    const [page, counts] = await Promise.all([
      wantsJson(context) ? search() : search().catch(wrongWords),
      database.attemptSearch.counts(staff.organizations),
    ])
    if (page.errors.length > 0) context.status = 400
    const isStage = (name: string): boolean => stages.some((stage) => stage === name)
    context.body = renderAttemptsPage({
      viewer: viewerOf(staff),
      search: words,
      choices: { stage: stages, outcome: results, mail: mailStates },
      counts: Object.entries(counts).map(([name, count]) => ({
        name,
        count,
        href: `/?${new URLSearchParams({ [isStage(name) ? 'stage' : 'outcome']: name })}`,
      })),
      errors: page.errors,
      attempts: page.items,
      next: page.next === null ? undefined : `/?${withAfter(context.querystring, page.next)}`,
    })
  },
})

export const getV1Attempts: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/v1/support/attempts',
  role: 'view',
  async handle(context, staff) {
    const filter = await readSearch(dependencies, staff, searchWords(dependencies, context, staff))
    const after = afterAttemptOf(context)
    const { items, next } = await dependencies.database.attemptSearch.search(filter, limitOf(context), after)
    context.body = { items: items.map(presentFound), next }
  },
})

type FoundOrWrong = Pick<AttemptsPageData, 'errors'> & {
  readonly items: readonly FoundAttempt[]
  readonly next: string | null
}

/** Nothing is found, and the form says why. */
const wrongWords = (error: unknown): FoundOrWrong => {
  const { errors = [] } = error instanceof AppError ? error.details : {}
  if (errors.length === 0) throw error
  return { items: [], next: null, errors }
}

const searchBody = z.object(
  Object.fromEntries(searchFields.map((name) => [name, z.string().max(400).optional()])),
)

/** The search form posts, so that an address that was typed stands in no URL; it leads to the list, the address sealed. */
export const postSearch: SupportHandler = (dependencies) => ({
  method: 'POST',
  path: '/search',
  role: 'view',
  formOn: () => '/',
  handle(context, staff) {
    const words = Object.entries(parseBody(context, searchBody)).flatMap(([name, value]) =>
      value === undefined || value.trim() === ''
        ? []
        : [[name, sealWords(dependencies, staff, value.trim())]],
    )
    context.redirect(`/?${new URLSearchParams(words)}`)
    context.status = 303
  },
})

/** The query with the cursor of the following page. */
export const withAfter = (query: string, after: string): URLSearchParams => {
  const next = new URLSearchParams(query)
  next.set('after', after)
  return next
}
