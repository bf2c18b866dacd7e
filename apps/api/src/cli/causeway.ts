import 'reflect-metadata';
import { Command, Option } from 'commander';
import type { Store } from '@causeway/store';
import type { DecryptOptions, EncryptOptions } from './copies/age.js';
import type { DoctorOptions } from './doctor/doctor.js';
import type { EraseOptions } from './erase/erase.js';
import type { KeyOptions } from './keys/make-key.js';
import type { ExportOptions } from './transfer/export.js';
import type { ImportOptions } from './transfer/import.js';

/** Each command loads its own code: `--help` is there at once. */
const program = new Command('causeway')
  .description('Looks after an installation of Causeway.')
  .configureHelp({ showGlobalOptions: false })
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  // `npm run causeway` passes it; see environment.ts.
  .addOption(new Option('--sandbox-if-used').hideHelp())
  .showHelpAfterError('(--help after a command says what it needs)')
  .addHelpText(
    'after',
    `
Settings are read from the environment and from .env in the working directory, as the service reads them.
Long commands say on standard error what they are doing, can be stopped with Ctrl-C, and can be run again.

Exit codes: 0 done; 1 not done, or something was found; 2 the command line is wrong.

With npm:     npm run causeway -- doctor
In the image: docker compose exec api node dist/service/causeway.js doctor`,
  );

/** @param notes what `--help` says beside the options */
function command(usage: string, description: string, notes: string): Command {
  return program.command(usage).description(description).addHelpText('after', `\n${notes}`);
}

command(
  'doctor',
  'Look at the settings, the store, the keys and the providers, and say what to do.',
  `Changes nothing; runs beside the service or before it. Providers are connected to, and their token endpoints are asked
with a refresh token that nobody has, which shows whether the client id and the secret are accepted.
Exit code 1: something fails. Warnings alone are 0.

  causeway doctor
  causeway doctor --json --offline`,
)
  .option('--json', 'findings as JSON')
  .option('--offline', 'ask no provider')
  .action(async (options: DoctorOptions) => (await import('./doctor/doctor.js')).doctor(options));

const passphraseFile = ['--passphrase-file <file>', 'the passphrase is the first line of this file'] as const;
const several = (value: string, all: string[] = []) => [...all, value];

command(
  'backup <file>',
  'Save everything that has to survive in one file, while the service runs.',
  `Secrets in it stay sealed: to restore it you need the ENCRYPTION_KEYS of today, so keep them elsewhere.
Of syncs it has what they are, not their items: those are loaded anew.
"-" as the file writes to standard output. A file that exists is not replaced.

  causeway backup causeway-2026-11-27.backup
  causeway backup - --recipient age1… > causeway.backup.age`,
)
  .option('--recipient <age1…>', 'encrypt the file for this public key of age; may be repeated', several)
  .option(...passphraseFile)
  .action(async (file: string, options: EncryptOptions) => (await import('./copies/backup.js')).backup(file, options));

command(
  'restore <file>',
  'Write a backup to an empty store. The service has to be stopped.',
  `Verifies the whole file before it writes anything, and compares everything afterwards. After an interruption run it
again with the same file; no service starts on the store before it is complete. Where a refresh token works only
once, a connection that was refreshed after the backup was made has to be connected again. Syncs are made with it
(with Redis in PostgreSQL, if DATABASE_URL is set) and load their items anew; readers of feeds begin anew.

  causeway restore causeway-2026-11-27.backup`,
)
  .option('--identity <file>', 'a file with the private key of age (AGE-SECRET-KEY-1…)')
  .option(...passphraseFile)
  .action(async (file: string, options: DecryptOptions) =>
    (await import('./copies/restore.js')).restore(file, options),
  );

const kind = (flag: string, description: string) =>
  new Option(`${flag} <store>`, description).choices(['embedded', 'redis']).makeOptionMandatory();
command(
  'migrate',
  'Copy the embedded store to Redis, or back. The service has to be stopped.',
  `The embedded store is the one in DATA_DIR; Redis is that of REDIS_URL, REDIS_HOST or REDIS_CLUSTER_NODES. The source
is not changed; the target has to be empty. After an interruption run it again. Syncs are made in PostgreSQL, if
DATABASE_URL is set, or in DATA_DIR; their items are loaded anew.

  REDIS_URL=redis://… causeway migrate --from embedded --to redis`,
)
  .addOption(kind('--from', 'where the connections are'))
  .addOption(kind('--to', 'where they go'))
  .action(async ({ from, to }: Record<'from' | 'to', Store['kind']>) =>
    (await import('./copies/migrate.js')).migrate(from, to),
  );

command(
  'export <file>',
  'Save connections with their credentials in clear, inside an encrypted file, for an installation with other keys.',
  `The file is one of age (https://age-encryption.org). Without an option the passphrase is asked for. Stop the service
first: where a refresh token works only once, the file would have a spent one after the next refresh. The syncs of
each connection are in it, without their items.

  causeway export connections.age --recipient age1…
  causeway export acme.age --org acme`,
)
  .option('--recipient <age1…>', 'encrypt for this public key of age; may be repeated', several)
  .option(...passphraseFile)
  .option('--org <id>', 'only the connections of this organization')
  .action(async (file: string, options: ExportOptions) =>
    (await import('./transfer/export.js')).exportConnections(file, options),
  );

command(
  'import [file]',
  'Take over connections from an export, or from Nango.',
  `A connection to the same account that is here with a credential as new stays, unless --replace says otherwise.
Of Nango's connections, accounts are asked from the provider; stop Nango from refreshing them before you import.
Exit code 1: some were not imported; each line says why. It can be run again.

  causeway import connections.age --identity key.txt
  causeway import --from nango --secret-key-file nango-key --map crm-prod=<integration> --dry-run`,
)
  .addOption(new Option('--from <source>', 'what it comes from').choices(['causeway', 'nango']).default('causeway'))
  .option('--dry-run', 'say what would happen, line by line, and change nothing')
  .option('--replace', 'also over a credential that is as new')
  .option('--identity <file>', 'a file with the private key of age (AGE-SECRET-KEY-1…)')
  .option(...passphraseFile)
  .option('--url <url>', 'of Nango', 'https://api.nango.dev')
  .option('--secret-key-file <file>', "with Nango's secret key")
  .option('--map <key=integration>', "an integration for a provider_config_key of Nango's; may be repeated", several)
  .option('--org <id>', 'for connections of Nango without an organization')
  .action(async (file: string | undefined, options: ImportOptions) =>
    (await import('./transfer/import.js')).importConnections(file, options),
  );

command(
  'erase',
  'Remove everything of an organization, or of one of its users, and report what remains and why.',
  `Grants are revoked at the provider where it supports that. Runs beside the service; can be run again.

  causeway erase --org acme --dry-run
  causeway erase --org acme --user ann --json > report.json`,
)
  .requiredOption('--org <id>', 'the organization')
  .option('--user <id>', 'only this user of it')
  .option('--dry-run', 'say what would be removed, and change nothing')
  .option('--json', 'the report as JSON')
  .action(async (options: EraseOptions) => (await import('./erase/erase.js')).erase(options));

command(
  'make-key',
  'Create an API key and print it, only this once.',
  `Scopes: connections:read, connections:write, items:read, syncs:read, syncs:write, webhooks:read, webhooks:write,
credentials:read, proxy, sessions:write, admin.

  causeway make-key --name "back end" --scopes connections:read,items:read --orgs acme --expires 2027-01-31`,
)
  .requiredOption('--name <name>', 'what it is for')
  .requiredOption('--scopes <list>', 'what it may do, with commas')
  .option('--orgs <list>', 'only for these organizations, with commas')
  .option('--expires <date>', 'when it ends')
  .action(async (options: KeyOptions) => (await import('./keys/make-key.js')).makeKey(options));

command(
  'rotate-keys',
  'Seal everything with the first key of ENCRYPTION_KEYS, while the service runs.',
  `Exit code 1: another key is still in use; run it again when every process has the new ENCRYPTION_KEYS.

  causeway rotate-keys`,
)
  .option('--lost <id>', 'this key is gone for good: say how much only it opens; may be repeated', several)
  .option('--yes', 'delete what only the lost keys open')
  .action(async (options: { lost?: string[]; yes?: boolean }) =>
    (await import('./keys/rotate-keys.js')).rotateKeys(options),
  );

command(
  'upgrade-store',
  'Authenticate what an earlier version stored, once, while no process uses the store.',
  `The service asks for it when it is needed. SECURITY.md says when not to run it.`,
)
  .option('--accept-untagged', 'also what stands without a tag beside authentic records')
  .action(async (options: { acceptUntagged?: boolean }) => (await import('./upgrade-store.js')).upgradeStore(options));

command(
  'verify-audit [file]',
  'Verify the chain of the audit log in the store, or in an export of it.',
  `Exit code 1: an entry was changed, moved, added or removed; 2: it could not be verified.

  causeway verify-audit
  causeway verify-audit audit.ndjson`,
).action(async (file: string | undefined) => (await import('./verify-audit.js')).verifyAudit(file));

await program.parseAsync();
