/** A person's browser without a screen: keeps cookies by host, follows nothing by itself, says what a page's own form would say. */
export interface Browser {
  get(url: string | URL, headers?: Record<string, string>): Promise<Answer>
  /** As a form of our own page posts it. */
  submit(url: string | URL, fields: Record<string, string>, headers?: Record<string, string>): Promise<Answer>
  /** As a script of our own page posts it. */
  postJson(url: string | URL, body: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(url: string | URL, headers?: Readonly<Record<string, string>>): Promise<Answer>
  sendJson(
    method: 'POST' | 'PUT' | 'PATCH',
    url: string | URL,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
  /** Follows redirects from an answer until one is none. */
  follow(answer: Answer): Promise<Answer>
  readonly cookies: Map<string, string>
}

export interface Answer {
  readonly url: string
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON. */
  json(): Record<string, unknown>
  /** Absolute address of the redirect; throws where there is none. */
  location(): string
}

const maxRedirects = 20

/** @param network an IPv4 address that a proxy in front would tell; counts where the API trusts one */
export const createBrowser = (origin: string, network?: string): Browser => {
  const cookies = new Map<string, string>()

  const request = async (url: string | URL, init: RequestInit): Promise<Answer> => {
    const target = new URL(url, origin)
    const headers = new Headers(init.headers)
    if (!headers.has('accept')) headers.set('accept', 'text/html')
    if (network !== undefined && !headers.has('x-forwarded-for')) headers.set('x-forwarded-for', network)
    if (cookies.size > 0)
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '))
    const response = await fetch(target, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie)
    const text = await response.text()
    return {
      url: target.href,
      status: response.status,
      headers: response.headers,
      text,
      json: () => JSON.parse(text) as Record<string, unknown>,
      location() {
        const location = response.headers.get('location')
        if (location === null) throw new Error(`${response.status} without a location: ${text.slice(0, 500)}`)
        return new URL(location, target).href
      },
    }
  }
  const own = { origin, 'sec-fetch-site': 'same-origin' }

  return {
    cookies,
    get: (url, headers = {}) => request(url, { headers }),
    submit: (url, fields, headers = {}) =>
      request(url, { method: 'POST', body: new URLSearchParams(fields), headers: { ...own, ...headers } }),
    postJson: (url, body, headers = {}) =>
      request(url, {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { ...own, accept: 'application/json', 'content-type': 'application/json', ...headers },
      }),
    sendJson: (method, url, body, headers) =>
      request(url, {
        method,
        body: JSON.stringify(body),
        headers: { ...own, accept: 'application/json', 'content-type': 'application/json', ...headers },
      }),
    delete: (url, headers) =>
      request(url, { method: 'DELETE', headers: { ...own, accept: 'application/json', ...headers } }),
    async follow(answer) {
      let current = answer
      for (let hop = 0; current.status >= 300 && current.status < 400; hop++) {
        if (hop === maxRedirects)
          throw new Error(`more than ${maxRedirects} redirects, the last to ${current.location()}`)
        current = await request(current.location(), {})
      }
      return current
    },
  }
}

const keep = (cookies: Map<string, string>, header: string): void => {
  const [pair = '', ...attributes] = header.split(';').map((part) => part.trim())
  const at = pair.indexOf('=')
  const gone = attributes.some((attribute) => /^(max-age=0|expires=thu, 01 jan 1970.*)$/i.test(attribute))
  if (gone || at === pair.length - 1) cookies.delete(pair.slice(0, at))
  else cookies.set(pair.slice(0, at), pair.slice(at + 1))
}
