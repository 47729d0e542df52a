import { locales } from '../../views/locale.js'
import { mailSamples } from './mail-samples.js'
import { Page } from './page.js'

/** Every mail that the product sends, in every language, as a mail program shows it. */
export function PreviewsPage() {
  return (
    <Page title="All mails · demo mail" site="Demo mail">
      <p>
        <a href="/">Back to the inbox</a>
      </p>
      <h1>All mails</h1>
      <p class="lead">
        One of each kind that the product sends, rendered from samples. Nothing here was sent.
      </p>
      {mailSamples.map((sample, n) => (
        <section key={sample.name} class="group" aria-labelledby={`mail-${n}`}>
          <h2 id={`mail-${n}`}>{sample.name}</h2>
          {locales.map((locale) => (
            <iframe
              key={locale}
              title={`${sample.name}, ${locale}`}
              src={`/previews/${n}/${locale}`}
              loading="lazy"
              sandbox=""
            />
          ))}
        </section>
      ))}
    </Page>
  )
}
