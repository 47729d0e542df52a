/** What came back: a redirect's target, absolute, or the body. */
export interface Answer {
  readonly status: number
  readonly location: string | null
  readonly body: string
}

/** A person's browser: keeps cookies, follows nothing by itself. Rejects where nobody answers within 5 s. */
export interface PersonBrowser {
  get(url: string): Promise<Answer>
  /** As a script of the page posts it. */
  post(url: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
}

export function createPersonBrowser(origin: string): PersonBrowser {
  const cookies = new Map<string, string>()

  const request = async (
    url: string,
    init: RequestInit,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const target = new URL(url, origin)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(target, {
      ...init,
      headers: { accept: 'application/json', cookie, ...headers },
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    })
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') cookies.delete(name)
      else cookies.set(name, value)
    }
    const location = response.headers.get('location')
    return {
      status: response.status,
      location: location === null ? null : new URL(location, target).href,
      body: await response.text(),
    }
  }

  return {
    get: (url) => request(url, {}, {}),
    post: (url, body, headers) =>
      request(
        url,
        { method: 'POST', body: JSON.stringify(body) },
        { 'content-type': 'application/json', ...headers },
      ),
  }
}
