import { domainToASCII } from 'node:url'
import { parseEmailAddress } from '../domain/email-address.js'
import { isSlug } from '../domain/slug.js'
import { writeInvitation } from '../support/write-invitation.js'
import { CommandError } from './dependencies.js'
import type { CliDependencies } from './dependencies.js'
import { statedAct } from './stated-act.js'

export interface AddOrganizationOptions {
  readonly slug: string
  readonly name: string
  /** Address of whoever shall run it. */
  readonly owner: string
  readonly actor: string
  readonly reason: string
}

/**
 * Creates an organization and mails an address the invitation to own it. While nobody owns it, the same command invites somebody
 * else in the place of whom it invited before.
 * @throws CommandError with what is wrong, and as `statedAct`
 */
export const addOrganization = async (
  { database, keyring, publicOrigin, print }: Omit<CliDependencies, 'pipelines' | 'providerCheck'>,
  options: AddOrganizationOptions,
): Promise<void> => {
  const { slug, name, owner } = options
  const { actor, reason } = statedAct(options)
  if (!isSlug(slug))
    throw new CommandError(
      `The short name is part of an address: lower-case letters, digits and hyphens, at most 63, not "${slug}".`,
    )
  if (name.trim() === '' || name.length > 100)
    throw new CommandError('The name must have 1 to 100 characters.')
  const email = parseEmailAddress(owner, domainToASCII)
  if (email === null) throw new CommandError(`--owner must be one e-mail address: "${owner}".`)

  await database.transaction(async (stores) => {
    const id = await stores.organizations.add(slug, name)
    if (id === null)
      throw new CommandError(
        `There is an organization "${slug}" already, and somebody owns it: owners invite others themselves.`,
      )
    await stores.invitations.revokeOwners(id)
    const invitation = await writeInvitation(stores, keyring, {
      organizationId: id,
      email,
      role: 'owner',
      locale: 'en',
    })
    await stores.audit.record({
      event: 'staff.acted',
      actor: { kind: 'staff', id: actor },
      organizationId: id,
      attemptId: null,
      target: { kind: 'organization', id },
      data: { act: 'add_organization', invitation: invitation.id, reason },
    })
  })
  print(`Added "${name}". Its sign-in page: ${publicOrigin}/sso/${slug}`)
  print(`The owner's invitation is on its way to ${email.address}: its link counts once, for 30 days.`)
  print(
    `Connect a provider next, so that it can be followed: auth-pipeline providers add --organization ${slug} …`,
  )
}
