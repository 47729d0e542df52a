import { maskAddress, maskName } from '../../../domain/mask.js'
import { hasRole } from '../../../domain/support.js'
import { endSessions } from '../../../support/end-sessions.js'
import { erasePerson } from '../../../support/erase-person.js'
import { renderPersonPage } from '../../../views/pages/support/person.js'
import { pathPart } from '../../request.js'
import { actOf, actOnce, actRoutes, reasonBody } from '../act-routes.js'
import type { SupportHandler } from '../route.js'
import { scopedPerson } from '../scope.js'
import { viewerOf } from '../viewer.js'

export const getPerson: SupportHandler = (dependencies) => ({
  method: 'GET',
  path: '/people/:person',
  role: 'view',
  async handle(context, staff) {
    const person = await scopedPerson(dependencies, context, staff)
    context.body = renderPersonPage({
      viewer: viewerOf(staff),
      person: {
        ...person,
        name: maskName(person.name),
        addresses: person.addresses.map(({ address, verified }) => ({
          address: maskAddress(address),
          verified,
        })),
      },
      acts: [
        ...(hasRole(staff.roles, 'operate') ? ['end_sessions' as const] : []),
        ...(hasRole(staff.roles, 'erase') ? ['erase' as const] : []),
      ],
    })
  },
})

export const postEndSessions: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/people/:person/end-sessions',
    role: 'operate',
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedPerson(dependencies, context, staff)
      const wish = { userId: id, ...actOf(staff, body) }
      return actOnce(
        dependencies,
        context,
        wish,
        (keeping) => endSessions(keeping, wish),
        (sessions) => ({ id, sessions }),
      )
    },
    backTo: (context) => `/people/${pathPart(context, 'person')}`,
  })

export const postErase: SupportHandler = (dependencies) =>
  actRoutes({
    path: '/people/:person/erase',
    role: 'erase',
    body: reasonBody,
    async carryOut(context, staff, body) {
      const { id } = await scopedPerson(dependencies, context, staff)
      await erasePerson(dependencies, { userId: id, ...actOf(staff, body) })
      return { id, erased: true }
    },
    backTo: () => '/',
  })
