import { z } from 'zod'
import { addressForStaff, maskedName } from '../../../domain/masked.js'
import { hasRole } from '../../../domain/support.js'
import { refused } from '../../../support/act.js'
import { endSessions } from '../../../support/end-sessions.js'
import { erasePerson } from '../../../support/erase-person.js'
import { renderPersonPage } from '../../../views/pages/support/person.js'
import { pathPart } from '../../request.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import type { SupportDependencies } from '../dependencies.js'
import type { SupportHandler } from '../route.js'
import { scopedPerson } from '../scope.js'
import { viewerOf } from '../viewer.js'

export const getPerson: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/people/:person',
  role: 'view',
  async handle(context, staff) {
    const person = await scopedPerson(dependencies, context, staff)
    const erases = hasRole(staff.roles, 'erase') && !person.elsewhere
    context.body = renderPersonPage({
      viewer: viewerOf(staff),
      person: {
        ...person,
        name: maskedName(person.name),
        addresses: person.addresses.map(({ address, verified }) => ({
          address: addressForStaff(address),
          verified,
        })),
      },
      acts: [
        ...(hasRole(staff.roles, 'operate') ? ['end_sessions' as const] : []),
        ...(erases ? ['erase' as const] : []),
      ],
      leavesNoOwner: erases
        ? await dependencies.database.accounts.organizationsWithoutOtherOwner(person.id)
        : [],
    })
  },
})

export const postEndSessions: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/people/:person/end-sessions',
    role: 'operate',
    label: 'End the sessions',
    place: 'attempts',
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedPerson(dependencies, context, staff)
      const wish = { userId: id, scope: staff.organizations, ...actOf(staff, body) }
      return actOnce(
        dependencies,
        context,
        wish,
        (keeping) => endSessions(keeping, wish),
        ({ sessions }) => ({ id, sessions: sessions.length }),
      )
    },
    backTo: (context) => `/people/${pathPart(context, 'person')}`,
  })

export const postErase: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/people/:person/erase',
    role: 'erase',
    label: 'Erase this person',
    place: 'attempts',
    // A form sends its box, the JSON API says true or false.
    body: reasonBody.extend({
      leaves_no_owner: z.union([z.literal('on').transform(() => true), z.boolean()]).optional(),
    }),
    async carryOut(context, staff, { leaves_no_owner: leavesNoOwner = false, ...body }) {
      const wish = { userId: pathPart(context, 'person'), leavesNoOwner, ...actOf(staff, body) }
      // Asked again under one key, the person is there no more: so that is looked at within.
      const erase = async (keeping: SupportDependencies): Promise<void> => {
        const { elsewhere } = await scopedPerson(dependencies, context, staff)
        if (elsewhere) throw refused('member_elsewhere')
        await erasePerson(keeping, wish)
      }
      return actOnce(dependencies, context, wish, erase, () => ({ id: wish.userId, erased: true }))
    },
    backTo: () => '/',
  })
