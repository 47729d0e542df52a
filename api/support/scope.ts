import type { Context } from 'koa'
import { AppError } from '../../domain/errors.js'
import { isUuid } from '../../domain/uuid.js'
import type { Attempt } from '../../store/attempts.js'
import type { StoryMail } from '../../store/attempt-story.js'
import type { Person } from '../../store/people.js'
import type { StaffRetry } from '../../store/staff-retries.js'
import type { StaffSession } from '../../store/staff.js'
import { asItStands } from '../ended-attempt.js'
import { pathPart, setNextPath } from '../request.js'
import type { SupportDependencies } from './dependencies.js'

/** Whether a member of staff may see what belongs to an organization. */
const sees = ({ organizations }: StaffSession, slug: string): boolean =>
  organizations === null || organizations.includes(slug)

/** For what concerns every organization at once. @throws AppError `forbidden` to whoever is narrowed to some */
export const demandWhole = ({ organizations }: StaffSession): void => {
  if (organizations !== null) throw new AppError('forbidden', { nextPath: '/' })
}

/**
 * The attempt that the path names. One that does not exist and one of an organization that this person must not see get the same
 * answer. @throws AppError `not_found`
 */
export const scopedAttempt = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<Attempt> => {
  const id = pathPart(context, 'attempt')
  const attempt = isUuid(id) ? await database.attempts.find(id) : null
  if (attempt === null || !sees(staff, attempt.provider.organization.slug))
    throw new AppError('not_found', { nextPath: '/' })
  context.state['attemptId'] = id
  setNextPath(context, `/attempts/${id}`)
  return asItStands(attempt)
}

/** The mail that the path names, as `scopedAttempt`. @throws AppError `not_found` */
export const scopedMail = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<StoryMail> => {
  const id = pathPart(context, 'mail')
  const mail = isUuid(id) ? await database.attemptStory.findMail(id) : null
  if (mail === null || !sees(staff, mail.organization))
    throw new AppError('not_found', { nextPath: '/mails' })
  setNextPath(context, `/mails/${id}`)
  return mail
}

/**
 * The retry of many that the path names: who is narrowed to some organizations sees the ones that this person asked for.
 * @throws AppError `not_found`
 */
export const scopedRetry = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<StaffRetry> => {
  const id = pathPart(context, 'retry')
  const retry = isUuid(id) ? await database.staffRetries.find(id) : null
  if (retry === null || (staff.organizations !== null && retry.askedBy !== staff.staffId))
    throw new AppError('not_found', { nextPath: '/mails' })
  setNextPath(context, `/retries/${id}`)
  return retry
}

/** The user that the path names, who belongs to an organization that this person may see. @throws AppError `not_found` */
export const scopedPerson = async (
  { database }: SupportDependencies,
  context: Context,
  staff: StaffSession,
): Promise<Person> => {
  const id = pathPart(context, 'person')
  const person = isUuid(id) ? await database.people.find(id, staff.organizations) : null
  if (person === null) throw new AppError('not_found', { nextPath: '/' })
  setNextPath(context, `/people/${id}`)
  return person
}
