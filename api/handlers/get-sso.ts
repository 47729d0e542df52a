import { AppError } from '../../domain/errors.js'
import { queryValue } from '../request.js'
import type { Handler } from '../route.js'

/** Where the form of the start page leads: to the organization's own page. */
export const getSso: Handler = () => ({
  method: 'GET',
  path: '/sso',
  access: 'anyone',
  handle(context) {
    const organization = queryValue(context, 'organization')?.trim().toLowerCase() ?? ''
    if (organization === '') throw new AppError('provider_unknown')
    context.status = 303
    context.redirect(`/sso/${encodeURIComponent(organization)}`)
  },
})
