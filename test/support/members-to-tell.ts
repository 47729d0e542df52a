import { newUser } from './account.js'
import type { Product } from './product.js'

/** Members who are to be told of a provider. @returns their organization */
export const membersToTell = async (product: Product, name: string): Promise<string> => {
  for (const member of ['one', 'two']) await newUser(product, `${name}-${member}`)
  const provider = await product.database.organizations.findProvider('acme', 'demo')
  if (provider === null) throw new Error('the seed is missing')
  const { organization, id } = provider
  await product.database.transaction((stores) => stores.bulkMails.beginForUnlinked(organization.id, id))
  return organization.id
}
