/** Shows anew what is live on the page, three times a second, and posts the forms without leaving it. */
export const breakScript = `'use strict'
const show = async (response) => {
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  for (const fresh of page.querySelectorAll('[data-live]')) {
    const shown = document.getElementById(fresh.id)
    if (shown.innerHTML !== fresh.innerHTML) shown.replaceChildren(...fresh.childNodes)
  }
}
const load = (url, init) => fetch(url, init).then(show, () => undefined)
document.addEventListener('submit', (event) => {
  event.preventDefault()
  void load(event.target.action, { method: 'POST' })
})
setInterval(() => document.hidden || load(location.href), 333)
`
