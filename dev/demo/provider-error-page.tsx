import { Page } from './page.js'

type ProviderErrorPageProps = { apiOrigin: string; error: string; error_description?: string | undefined }

/** What went wrong at the provider, in a sentence, and where to start again. */
export function ProviderErrorPage({
  apiOrigin,
  error,
  error_description: description,
}: ProviderErrorPageProps) {
  const expired = error === 'expired'
  return (
    <Page title="Sign-in not possible · demo provider" site="Demo provider">
      <h1>{expired ? 'This sign-in is over' : 'This sign-in cannot go on'}</h1>
      <p class="lead">
        {expired
          ? 'It was finished in another tab, or has waited for too long.'
          : `The application’s request was not understood (${error}): ${description ?? 'no reason given'}.`}
      </p>
      <p>
        <a class="primary" href={`${apiOrigin}/sso/acme`}>
          Start again at Acme
        </a>
      </p>
    </Page>
  )
}
