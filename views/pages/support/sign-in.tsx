import { PostForm } from '../../components/post-form.js'
import { Statement } from '../../components/statement.js'
import { renderPage } from '../../layout.js'

export interface StaffSignInPageData {
  readonly returnTo: string
  readonly loginHint?: string | undefined
}

/** `GET /sign-in` of the console: one button that leads to the provider of the staff. */
export function renderStaffSignInPage({ returnTo, loginHint }: StaffSignInPageData): string {
  return renderPage({
    locale: 'en',
    title: 'Support',
    children: (
      <Statement tone="calm" icon="person" title="Support">
        <p class="lead">For staff. What you see and do here is noted with your name.</p>
        <PostForm action="/sign-in" hidden={{ return_to: returnTo, login_hint: loginHint }}>
          <button class="button primary" type="submit">
            Sign in
          </button>
        </PostForm>
      </Statement>
    ),
  })
}
