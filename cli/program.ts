import { Command, Option } from 'commander'
import { createKeyring } from '../clients/keyring.js'
import { createProviderCheck } from '../clients/provider-check.js'
import { createDataConverter } from '../clients/payload-codec.js'
import { createPipelineClient } from '../clients/temporal.js'
import { readConfig, readDatabaseDirectUrl } from '../config.js'
import type { OpenHistory } from '../clients/temporal.js'
import { results, stages } from '../domain/attempt.js'
import { mailStates } from '../domain/mail.js'
import type { MailState } from '../domain/mail.js'
import { joiningRoles } from '../domain/permissions.js'
import { admissions } from '../domain/policy.js'
import { migrate, newestMigration } from '../store/migrate.js'
import { createPool } from '../store/pool.js'
import { createDatabase } from '../store/stores.js'
import { listAttempts, showAttempt } from './attempts.js'
import type { ListAttemptsOptions } from './attempts.js'
import { verifyAudit } from './audit.js'
import { actorOption } from './actor-option.js'
import { clientSecretVariable, readClientSecret } from './client-secret.js'
import type { ClientSecretOptions } from './client-secret.js'
import { doctor } from './doctor.js'
import { replayAttempt } from './replay.js'
import { addOrganization } from './add-organization.js'
import type { AddOrganizationOptions } from './add-organization.js'
import { addProvider } from './add-provider.js'
import type { AddProviderOptions } from './add-provider.js'
import { addApplication, listApplications, removeApplication } from './applications.js'
import type { AddApplicationOptions } from './applications.js'
import type { CliDependencies } from './dependencies.js'
import { commandEnvironment } from './environment.js'
import { giveUpMailCommand, listMails, retryMailCommand } from './mail.js'
import type { RetryOptions } from './mail.js'
import { setPersonStatus } from './people.js'
import type { StatusOptions } from './people.js'
import { redactedConfig } from './print-config.js'
import type { ActOptions } from './stated-act.js'
import { trustProvider } from './trust-provider.js'
import type { TrustOptions } from './trust-provider.js'
import { replayOpen } from './replay-open.js'
import type { Replayed } from './replay-open.js'

const print = (line: string): void => console.log(line)
const atMost200 = (text: string): number => Math.min(Math.max(Number(text) || 1, 1), 200)

/** Runs a command with its database and clients, and closes them whatever comes of it. */
const withDependencies = async (command: (dependencies: CliDependencies) => Promise<void>): Promise<void> => {
  const env = commandEnvironment()
  const config = readConfig(env)
  const pool = createPool({
    databaseUrl: config.databaseUrl,
    applicationName: 'auth-pipeline-cli',
    maxConnections: 2,
    statementTimeout: 10_000,
    onIdleError: () => undefined,
  })
  const keyring = createKeyring(config.keys)
  const pipelines = createPipelineClient(env, keyring)
  try {
    await command({
      database: createDatabase(pool),
      keyring,
      providerCheck: createProviderCheck({ allowLoopback: !config.production }),
      pipelines,
      publicOrigin: config.publicOrigin,
      development: !config.production,
      print,
    })
  } finally {
    await Promise.all([pool.end(), pipelines.close()])
  }
}

/** Every command of `auth-pipeline`; a command that cannot do its work throws what its reader shall know. */
export const program = new Command('auth-pipeline').description('Durable single sign-on').showHelpAfterError()

program
  .command('migrate')
  .description('bring the database to the newest schema')
  .action(async () => {
    const applied = await migrate(readDatabaseDirectUrl(commandEnvironment()))
    print(applied.length === 0 ? 'Nothing to do.' : `Applied ${applied.join(', ')}.`)
  })

program
  .command('config')
  .description('print the configuration without its secrets, or all that is wrong with it')
  .action(() => print(redactedConfig(readConfig(commandEnvironment()))))

program
  .command('organizations')
  .description('organizations')
  .command('add')
  .description('create an organization and invite its owner')
  .requiredOption('--slug <slug>', 'short name, part of the address of its sign-in page')
  .requiredOption('--name <text>', 'what people read')
  .requiredOption('--owner <address>', 'e-mail address that is invited to own it')
  .addOption(actorOption())
  .requiredOption('--reason <text>', 'why, for the audit')
  .action((options: AddOrganizationOptions) =>
    withDependencies((dependencies) => addOrganization(dependencies, options)),
  )

const providers = program.command('providers').description('OpenID Providers of organizations')
providers
  .command('add')
  .description('connect a provider, or give it new settings')
  .requiredOption('--organization <slug>', 'the organization')
  .requiredOption('--name <name>', 'short name, part of the address of its sign-in page')
  .requiredOption('--issuer <url>', 'issuer, exactly as the provider calls itself')
  .requiredOption('--client-id <id>', 'client id that the provider gave')
  .addOption(
    new Option(
      '--client-secret-file <path>',
      `file with the client secret, - for standard input; or set ${clientSecretVariable}; without one the client is public`,
    ).conflicts('clientSecret'),
  )
  .option('--client-secret <secret>', 'the same, seen by all on this machine')
  .option('--display-name <text>', 'what people read on the button')
  .addOption(
    new Option(
      '--admission <rule>',
      'who may join (a new provider: everyone, or invited where the issuer is open to the public)',
    ).choices(admissions),
  )
  .addOption(
    new Option('--default-role <role>', 'role of those who join (a new provider: member)').choices(
      joiningRoles,
    ),
  )
  .option('--reason <text>', 'why, for the audit; needed to change a provider that there is')
  .addOption(actorOption())
  .action(async ({ clientSecretFile, ...options }: AddProviderOptions & ClientSecretOptions) => {
    const clientSecret = await readClientSecret({ ...options, clientSecretFile }, process.env)
    await withDependencies((dependencies) => addProvider(dependencies, { ...options, clientSecret }))
  })
providers
  .command('trust')
  .description('grant a provider what its organization cannot grant it, or take that back')
  .requiredOption('--organization <slug>', 'the organization')
  .requiredOption('--name <name>', 'short name of the provider')
  .addOption(actorOption())
  .requiredOption('--reason <text>', 'why, for the audit')
  .option('--domain <name...>', 'domains for whose addresses its word counts, without proof by DNS')
  .option('--withdraw-domain <name...>', 'domains for which it counts no longer')
  .addOption(
    new Option('--text-true <rule>', 'the text "true" counts as a verified address').choices(['yes', 'no']),
  )
  .option(
    '--legacy-subject-claim <claim>',
    'claim with the subject under its former scheme; "none" for no such',
  )
  .action((options: TrustOptions) => withDependencies((dependencies) => trustProvider(dependencies, options)))

const applications = program.command('applications').description('programs that sign people in through us')
applications
  .command('add')
  .description('register an application, or give it new settings')
  .requiredOption('--organization <slug>', 'the organization whose people it signs in')
  .requiredOption('--name <name>', 'short name, part of the address that it sends people to')
  .requiredOption('--origin <url>', 'where it lives; tokens are posted there and nowhere else')
  .requiredOption('--return-path <path...>', 'paths that take tokens; the first is the default')
  .option('--display-name <text>', 'what people read')
  .option('--reason <text>', 'why, for the audit')
  .addOption(actorOption())
  .action((options: AddApplicationOptions) =>
    withDependencies((dependencies) => addApplication(dependencies, options)),
  )
applications
  .command('list')
  .requiredOption('--organization <slug>', 'the organization')
  .action((options: { organization: string }) =>
    withDependencies((dependencies) => listApplications(dependencies, options)),
  )
applications
  .command('remove')
  .requiredOption('--organization <slug>', 'the organization')
  .requiredOption('--name <name>', 'the application')
  .option('--reason <text>', 'why, for the audit')
  .addOption(actorOption())
  .action((options: { organization: string; name: string } & ActOptions) =>
    withDependencies((dependencies) => removeApplication(dependencies, options)),
  )

const people = program.command('people').description('whether people may sign in')
for (const [name, status, description] of [
  ['deactivate', 'inactive', 'end sessions and remove identities: whoever brings one of them is unknown'],
  ['suspend', 'suspended', 'end sessions and refuse sign-in'],
  ['activate', 'active', 'let somebody sign in again'],
] as const) {
  const command = people
    .command(name)
    .description(description)
    .argument('<id>', 'id of the user')
    .requiredOption('--reason <text>', 'why, for the audit')
    .addOption(actorOption())
  if (status !== 'active')
    command.option('--leaves-no-owner', 'also where no other owner of an organization could sign in')
  command.action((id: string, options: StatusOptions) =>
    withDependencies((dependencies) => setPersonStatus(dependencies, id, status, options)),
  )
}

/** Temporal's native core takes a while to load, and no other command needs it. */
const withReplay = (
  command: (
    dependencies: CliDependencies,
    replay: (histories: Iterable<OpenHistory> | AsyncIterable<OpenHistory>) => AsyncIterable<Replayed>,
  ) => Promise<void>,
): Promise<void> =>
  withDependencies(async (dependencies) => {
    const [{ replayHistories, silenceReplays }, { bundlePath }] = await Promise.all([
      import('../worker/replay.js'),
      import('../worker/bundle.js'),
    ])
    silenceReplays()
    const { keyring, pipelines } = dependencies
    const input = {
      namespace: pipelines.namespace,
      workflowBundle: { codePath: bundlePath },
      dataConverter: createDataConverter(keyring, pipelines.namespace),
    }
    await command(dependencies, (histories) => replayHistories(histories, input))
  })

program
  .command('replay-open')
  .description('replay the histories of all open runs on the workflows of this build')
  .action(() => withReplay((dependencies, replay) => replayOpen(dependencies, replay)))
program
  .command('replay')
  .description("replay one sign-in's history on the workflows of this build, and tell its story")
  .argument('<attempt>', 'as `attempts list` shows it')
  .action((id: string) => withReplay((dependencies, replay) => replayAttempt(dependencies, id, replay)))

const attempts = program.command('attempts').description('sign-ins')
attempts
  .command('list')
  .description('sign-ins, newest first')
  .option('--email <address>', 'of whoever has this address')
  .option('--organization <slug>', 'of this organization')
  .addOption(new Option('--stage <stage>', 'only those').choices(stages))
  .addOption(new Option('--outcome <outcome>', 'only those').choices(results))
  .option('--limit <n>', 'how many', atMost200, 20)
  .action((options: ListAttemptsOptions) =>
    withDependencies((dependencies) => listAttempts(dependencies, options)),
  )
attempts
  .command('show')
  .description('what happened in one sign-in')
  .argument('<attempt>', 'as `attempts list` shows it')
  .action((id: string) => withDependencies((dependencies) => showAttempt(dependencies, id)))

program
  .command('audit')
  .description('the audit')
  .command('verify')
  .description('follow every chain of seals, name what is not sealed yet, and print where the chains stand')
  .option('--expect <file>', 'what this printed before and was kept elsewhere: all of it has to stand still')
  .action((options: { expect?: string }) =>
    withDependencies((dependencies) => verifyAudit(dependencies, options)),
  )

program
  .command('doctor')
  .description('look at all that the product stands on')
  .action(() => withDependencies((dependencies) => doctor(dependencies, newestMigration)))

const mail = program.command('mail').description('confirmation mails')
mail
  .command('list')
  .description('mails, newest first')
  .addOption(new Option('--state <state>', 'only those').choices(mailStates))
  .option('--limit <n>', 'how many', atMost200, 20)
  .action((options: { state?: MailState; limit: number }) =>
    withDependencies((dependencies) => listMails(dependencies, options)),
  )
mail
  .command('retry')
  .description('send a mail once more')
  .argument('<id>', 'as `mail list` shows it')
  .requiredOption('--reason <text>', 'why, for the audit')
  .option('--email <address>', 'another address in the place of one that was never confirmed')
  .addOption(actorOption())
  .action((id: string, options: RetryOptions) =>
    withDependencies((dependencies) => retryMailCommand(dependencies, id, options)),
  )
mail
  .command('give-up')
  .description('end a mail for good')
  .argument('<id>', 'as `mail list` shows it')
  .requiredOption('--reason <text>', 'why, for the audit')
  .addOption(actorOption())
  .action((id: string, options: { reason: string; actor: string }) =>
    withDependencies((dependencies) => giveUpMailCommand(dependencies, id, options)),
  )
