/** Variables as the process has them, after those that are empty are taken out. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A console that nobody can sign in to, or that is the product itself, is none. */
export const supportFaults = (env: Environment): string[] =>
  env['SUPPORT_ORIGIN'] === undefined
    ? []
    : [
        ...(['SUPPORT_OIDC_ISSUER', 'SUPPORT_OIDC_CLIENT_ID'] as const)
          .filter((name) => env[name] === undefined)
          .map((name) => `${name} is missing, and SUPPORT_ORIGIN is set`),
        ...(env['SUPPORT_ORIGIN'] === env['PUBLIC_ORIGIN']
          ? ['SUPPORT_ORIGIN must not be PUBLIC_ORIGIN: staff sign in apart from everybody else']
          : []),
      ]

/** Whatever is fetched, linked or shown outside this machine. */
const httpsInProduction = [
  'PUBLIC_ORIGIN',
  'SENDGRID_BASE_URL',
  'SUPPORT_ORIGIN',
  'SUPPORT_OIDC_ISSUER',
  'SUPPORT_TEMPORAL_UI',
] as const

/** Cookies know no ports: what the browser keeps for one goes to the other. The embedded stack has one host for all. */
const sharesCookies = (one: string | undefined, other: string | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one !== other &&
  URL.canParse(one) &&
  URL.canParse(other) &&
  new URL(one).hostname === new URL(other).hostname

/** What serves on one machine only. */
export const productionFaults = (env: Environment): string[] => [
  ...(sharesCookies(env['SUPPORT_ORIGIN'], env['PUBLIC_ORIGIN'])
    ? ['SUPPORT_ORIGIN must have a host of its own: cookies know no ports, so another port shares them']
    : []),
  ...httpsInProduction
    .filter((name) => env[name]?.startsWith('http:'))
    .map((name) => `${name} must be https in production`),
  ...(env['APP_KEYS']?.split(',').some((key) => key.startsWith('dev'))
    ? ['APP_KEYS holds a development key; make one of your own']
    : []),
]
