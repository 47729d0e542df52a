import { contentHash } from './content-hash.js'

/** The mark of the pages' header, for the browser's tab: linked, so that no browser asks for `/favicon.ico`. */
export const favicon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0c6b58"/><path d="M10 17l4 4 8-10" fill="none" stroke="#fff" stroke-width="3.5" stroke-linecap="round" stroke-linejoin="round"/></svg>`

/** Where the API serves it; the hash changes with the content, so it may be kept for ever. */
export const faviconPath = `/assets/favicon.svg?v=${contentHash(favicon)}`
