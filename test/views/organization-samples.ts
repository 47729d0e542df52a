import { providerFaults } from '../../domain/provider-fault.js'
import { faultText, settingText } from '../../views/fault-text.js'
import type { Locale } from '../../views/locale.js'
import { renderConnectProviderPage } from '../../views/pages/connect-provider.js'
import { renderDisableProviderPage } from '../../views/pages/disable-provider.js'
import { renderOrganizationSsoPage } from '../../views/pages/organization-sso.js'
import type { OrganizationSsoPageData } from '../../views/pages/organization-sso.js'
import { renderProviderSettingsPage } from '../../views/pages/provider-settings.js'
import type { ProviderSettingsPageData } from '../../views/pages/provider-settings.js'
import { renderProviderSetupPage } from '../../views/pages/provider-setup.js'
import type { ProviderSetupPageData } from '../../views/pages/provider-setup.js'

const organization = { name: 'Acme', slug: 'acme' }
const record = { host: '_auth-pipeline.acme.example', value: 'auth-pipeline-domain=kR2x0q3b' }

/** The pages on which an organization runs its single sign-on, in each of their states. */
export function organizationSamples(locale: Locale): { readonly name: string; readonly html: string }[] {
  const overview = (changes: Partial<OrganizationSsoPageData>): string =>
    renderOrganizationSsoPage({
      locale,
      organization,
      canEdit: true,
      now: new Date('2026-11-24T12:00:00Z'),
      members: 42,
      seatsTaken: 40,
      invitations: [
        {
          id: 'i1',
          email: 'ines@acme.example',
          role: 'owner',
          approved: true,
          expiresAt: new Date('2026-12-20T12:00:00Z'),
        },
        {
          id: 'i2',
          email: 'igor@acme.example',
          role: 'member',
          approved: false,
          expiresAt: new Date('2026-11-24T18:00:00Z'),
        },
      ],
      moreInvitations: 'i2',
      providers: [
        { name: 'old', displayName: 'Old Directory', status: 'disabled', linked: 0 },
        { name: 'directory', displayName: 'Acme Directory', status: 'enabled', linked: 30 },
        { name: 'new', displayName: 'New Directory', status: 'setup', linked: 0 },
      ],
      domains: [
        { name: 'acme.example', proved: true },
        { name: 'acme.test', proved: false, record },
      ],
      settings: { seatLimit: 50, requireSecondFactor: true },
      ...changes,
    })
  const setup = (changes: Partial<ProviderSetupPageData['provider']>, rest = {}): string =>
    renderProviderSetupPage({
      locale,
      organization,
      provider: {
        name: 'new',
        displayName: 'New Directory',
        issuer: 'https://id.acme.example/realms/staff',
        clientId: '',
        hasSecret: false,
        admission: 'invited',
        defaultRole: 'member',
        setupFault: null,
        ...changes,
      },
      redirectUri: 'https://sign-in.example/callback/0193a7c2-1111-7abc-8def-0123456789ab',
      requireSecondFactor: false,
      unlinked: 12,
      ...rest,
    })
  const settings = (changes: Partial<ProviderSettingsPageData>): string =>
    renderProviderSettingsPage({
      locale,
      organization,
      canEdit: true,
      provider: {
        name: 'directory',
        displayName: 'Acme Directory',
        issuer: 'https://id.acme.example',
        status: 'enabled',
        admission: 'domains',
        defaultRole: 'manager',
        requireLink: true,
      },
      unlinked: 12,
      remindIn: 0,
      ...changes,
    })
  const mails = { all: 12, sent: 7, waiting: 3, needless: 1, failed: 1 }
  const wrong = { field: 'admission', message: settingText(locale, 'openToPublic') }
  return [
    { name: 'single sign-on', html: overview({}) },
    { name: 'single sign-on, nothing yet', html: overview({ providers: [], domains: [], saved: true }) },
    { name: 'single sign-on, to look at', html: overview({ canEdit: false }) },
    {
      name: 'single sign-on, refused',
      html: overview({
        errors: [
          { field: 'domain', message: settingText(locale, 'domainShape') },
          { field: 'seat_limit', message: settingText(locale, 'seats') },
        ],
        values: { domain: 'acme', seats: 'many' },
      }),
    },
    {
      name: 'single sign-on, typed before',
      html: overview({ kept: true, values: { email: 'deputy@acme.example', role: 'owner' } }),
    },
    { name: 'connect a provider', html: renderConnectProviderPage({ locale, organization }) },
    ...providerFaults.map((fault) => ({
      name: `connect a provider, ${fault}`,
      html: renderConnectProviderPage({
        locale,
        organization,
        errors: [{ field: 'issuer', message: faultText(locale, fault, 'https://other.example') }],
        values: { issuer: 'https://id.example', name: 'id', display_name: 'Id' },
      }),
    })),
    { name: 'set up a provider', html: setup({}) },
    {
      name: 'set up a provider, second factor',
      html: setup({ clientId: 'acme', hasSecret: true }, { requireSecondFactor: true, unlinked: 0 }),
    },
    { name: 'set up a provider, tried', html: setup({ clientId: 'acme', setupFault: 'client_refused' }) },
    { name: 'set up a provider, refused', html: setup({ admission: 'everyone' }, { errors: [wrong] }) },
    { name: 'a provider', html: settings({ mails, remindIn: 3000 }) },
    { name: 'a provider, all linked', html: settings({ unlinked: 0, saved: true }) },
    { name: 'a provider, refused', html: settings({ errors: [wrong] }) },
    { name: 'a provider, to look at', html: settings({ canEdit: false, mails }) },
    {
      name: 'a provider, switched off',
      html: settings({
        provider: {
          name: 'old',
          displayName: 'Old Directory',
          issuer: 'https://old.example',
          status: 'disabled',
          admission: 'invited',
          defaultRole: 'member',
          requireLink: false,
        },
      }),
    },
    {
      name: 'switch a provider off',
      html: renderDisableProviderPage({
        locale,
        organization,
        provider: { name: 'directory', displayName: 'Acme Directory', requireLink: true },
        linked: 30,
      }),
    },
  ]
}
