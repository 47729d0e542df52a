import type { IncomingMessage } from 'node:http'

/**
 * The whole body, or undefined when it is longer than `limit` bytes. A body that is too long is read to its
 * end all the same: a client that is still writing would see a reset instead of the answer.
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size <= limit) chunks.push(chunk)
  }
  return size > limit ? undefined : Buffer.concat(chunks).toString('utf8')
}

/** The fields of a posted form; a body over 64 KiB counts as empty. */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  return new URLSearchParams((await readBody(request, 64 * 1024)) ?? '')
}
