import type { VNode } from 'preact'

interface OlderNewestProps {
  readonly path: string
  /** Cursor of the next page; absent on the last one. */
  readonly next: string | undefined
  readonly isFirst: boolean
  readonly words: { readonly older: string; readonly newest: string }
}

/** The ways on from one page of a list that is sorted by time. */
export function OlderNewest({ path, next, isFirst, words }: OlderNewestProps): VNode {
  return (
    <>
      {next !== undefined && (
        <a class="button" href={`${path}?after=${encodeURIComponent(next)}`}>
          {words.older}
        </a>
      )}
      {!isFirst && (
        <p class="after">
          <a href={path}>{words.newest}</a>
        </p>
      )}
    </>
  )
}
