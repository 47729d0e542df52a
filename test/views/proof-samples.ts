import type { Locale } from '../../views/locale.js'
import { renderMailedProofPage } from '../../views/pages/mailed-proof.js'
import type { MailedProofPageData } from '../../views/pages/mailed-proof.js'
import { renderProvePage } from '../../views/pages/prove.js'
import type { ProvePageData } from '../../views/pages/prove.js'
import type { PageSample } from './page-samples.js'

/** Every page that has words about support is given it. */
export const supportContact = 'mailto:support@acme.example'

const states: readonly MailedProofPageData['state'][] = [
  'ready',
  'elsewhere',
  'dead',
  'invalid',
  'not_me',
  'not_me_done',
]

/** The pages on which an account is proved, in every state. */
export function proofSamples(locale: Locale): PageSample[] {
  const prove = (name: string, changes: Partial<ProvePageData>): PageSample => ({
    name: `prove: ${name}`,
    html: renderProvePage({
      locale,
      attemptId: '0193a7c2',
      organization: { name: 'Acme' },
      provider: { displayName: 'Demo' },
      ownAddress: 'jane.doe@people.example',
      codeSent: false,
      noAccount: false,
      passwordFolded: false,
      providers: [],
      supportContact,
      ...changes,
    }),
  })
  return [
    prove('all ways', { providers: [{ name: 'work', displayName: 'Work' }] }),
    prove('code is out', { codeSent: true }),
    prove('no address yet', { ownAddress: undefined }),
    prove('no account, password folded away', { noAccount: true, passwordFolded: true }),
    prove('wrong code', { codeSent: true, errors: [{ field: 'code', message: 'wrong' }] }),
    prove('wrong password', {
      passwordFolded: true,
      errors: [{ field: 'password', message: 'wrong' }],
      values: { email: 'jane.doe@people.example' },
    }),
    prove('wrong address', {
      ownAddress: undefined,
      errors: [{ field: 'address', message: 'wrong' }],
      values: { address: 'jane' },
    }),
    ...states.map((state) => ({
      name: `mailed proof: ${state}`,
      html: renderMailedProofPage({
        locale,
        state,
        action: '/prove/k1.token',
        address: state === 'ready' ? 'j•••@p•••.example' : undefined,
        attemptId: state === 'dead' ? '0193a7c2' : undefined,
        supportContact,
      }),
    })),
  ]
}
