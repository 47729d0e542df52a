import { expect } from '@jest/globals'
import { createSendGridTransport } from '../../clients/sendgrid.js'
import type { MailTransport } from '../../clients/sendgrid.js'
import type { SendResult } from '../../domain/mail.js'

type OutgoingMail = Parameters<MailTransport['send']>[0]

export const apiKey = 'SG.canary-key'
export const link = 'https://sign-in.example/confirm/k1.canary-link'

export const mail: OutgoingMail = {
  to: 'canary-address@people.example',
  subject: 'Confirm your address',
  text: `Open ${link}`,
  html: `<p><a href="${link}">Confirm</a></p>`,
  tryId: '01890000-0000-7000-8000-000000000001',
  category: 'confirmation',
}

/** Too much for the buffers between two sockets: it leaves only as fast as the other side reads. */
export const bigMail: OutgoingMail = { ...mail, text: 'x'.repeat(16 * 1024 * 1024) }

/** Sends as the product does. Whatever becomes of it, the result holds neither key nor link nor address. */
export const sendTo = async (
  baseUrl: string,
  what: OutgoingMail = mail,
  timeout = 5_000,
): Promise<SendResult> => {
  const transport = createSendGridTransport({
    apiKey,
    baseUrl,
    from: { name: 'Auth', email: 'no-reply@auth.example' },
    timeout,
  })
  const result = await transport.send(what)
  expect(JSON.stringify(result)).not.toMatch(/canary|people\.example|https?:/)
  return result
}
