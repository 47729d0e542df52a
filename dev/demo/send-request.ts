import { z } from 'zod'

// The sentences and fields are those of SendGrid's v3 answers, so that what is built against them works there.
const invalidAddress = 'Does not contain a valid address.'
const help = 'http://sendgrid.com/docs/API_Reference/Web_API_v3/Mail/errors.html'

const mailbox = z.looseObject(
  {
    email: z
      .string({ error: invalidAddress })
      .regex(/^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]+$/, invalidAddress),
    name: z.string().optional(),
  },
  {
    error:
      'The from object must be provided for every email send. It is an object that requires the email parameter, but may also contain a name parameter.',
  },
)

const personalization = z.looseObject({
  to: z
    .array(mailbox, {
      error:
        'The to array is required for all personalization objects, and must have at least one email object.',
    })
    .min(
      1,
      'The to array is required for all personalization objects, and must have at least one email object.',
    ),
  subject: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  custom_args: z.record(z.string(), z.string()).optional(),
})

const noPersonalizations =
  'The personalizations field is required and must have at least one personalization.'
const noContent =
  'Unless a valid template_id is provided, the content parameter is required. There must be at least one defined content block. We typically suggest both text/plain and text/html blocks are included, but only one block is required.'
const noSubject =
  'The subject is required. You can get around this requirement if you use a template with a subject defined or if every personalization has a subject defined.'

const sendRequest = z
  .looseObject({
    personalizations: z.array(personalization, { error: noPersonalizations }).min(1, noPersonalizations),
    from: mailbox,
    subject: z.string({ error: noSubject }).optional(),
    content: z
      .array(
        z.looseObject({
          type: z.string(),
          value: z.string().min(1, 'The content value must be a string at least one character in length.'),
        }),
        { error: noContent },
      )
      .min(1, noContent),
    headers: z.record(z.string(), z.string()).default({}),
    categories: z.array(z.string()).default([]),
    custom_args: z.record(z.string(), z.string()).default({}),
    tracking_settings: z.unknown().default(null),
    mail_settings: z
      .looseObject({ sandbox_mode: z.looseObject({ enable: z.boolean().optional() }).optional() })
      .optional(),
  })
  .refine(({ subject, personalizations }) => subject || personalizations.every((one) => one.subject), {
    path: ['subject'],
    error: noSubject,
  })

export type SendRequest = z.output<typeof sendRequest>
type SendGridError = { message: string; field: string | null; help: string | null }
export type SendGridErrors = { errors: SendGridError[] }

export type ParsedSend =
  { request: SendRequest; problem?: never } | { request?: never; problem: SendGridErrors }

/** An error body as SendGrid writes it. */
export function sendGridErrors(message: string): SendGridErrors {
  return { errors: [sendGridError(message, null)] }
}

function sendGridError(message: string, field: string | null): SendGridError {
  return { message, field, help: field && `${help}#message.${field}` }
}

/** Reads the body of `POST /v3/mail/send`, or says with SendGrid's words what is wrong with it. */
export function parseSendRequest(body: string): ParsedSend {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { problem: sendGridErrors('Bad Request') }
  }
  const parsed = sendRequest.safeParse(json)
  if (parsed.success) return { request: parsed.data }
  const errors = parsed.error.issues.map((issue) =>
    sendGridError(issue.message, issue.path.join('.') || null),
  )
  return { problem: { errors } }
}
