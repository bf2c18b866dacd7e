import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { spawnOwned, type OwnedProcess } from './owned-process.js';
import { freePort } from './redis-server.js';

const run = promisify(execFile);

/** Where Debian has the servers, by their major version; on the PATH it has only clients. */
const ROOT = '/usr/lib/postgresql';
const START_MS = 60_000;
const SUPERUSER = 'causeway_tests';

export interface PostgresServer {
  /** A new database that belongs to a role without further rights. */
  database(): Promise<{ url: string; name: string }>;
  /** A new database with what this one has, as from a dump of it. */
  copyOf(url: string): Promise<{ url: string; name: string }>;
  /** Ends at once, as by a power cut; the data stay for `start`. */
  kill(): Promise<void>;
  /** Starts again on the same port with the same data, after `kill`. */
  start(): Promise<void>;
  /** Kills the server and removes its directory. */
  stop(): Promise<void>;
}

/** A real PostgreSQL on a free port of this machine, with a directory of its own. It never outlives the test process. */
export async function startPostgres(): Promise<PostgresServer> {
  const programs = await directoryOfPrograms();
  const directory = await mkdtemp(join(tmpdir(), 'causeway-postgres-'));
  const data = join(directory, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = join(directory, 'password');
  await writeFile(passwordFile, `${password}\n`);
  const isRoot = process.getuid?.() === 0;
  // PostgreSQL refuses to run as root.
  if (isRoot) {
    await chmod(directory, 0o755);
    await run('chown', ['-R', 'postgres:postgres', directory]);
  }
  // `setpriv` becomes the program; with `runuser`, which stays its parent, the program would outlive the test process.
  const asPostgres = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  const command = (program: string, args: string[]): [string, string[]] =>
    isRoot ? ['setpriv', [...asPostgres, join(programs, program), ...args]] : [join(programs, program), args];
  const made = ['-D', data, '-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  const remove = () => rm(directory, { recursive: true, force: true });
  await run(...command('initdb', [...made, '--no-locale', '--no-sync']), { cwd: '/' }).catch(async (error: unknown) => {
    await remove();
    throw error;
  });

  const port = await freePort();
  const settings = [`listen_addresses=127.0.0.1`, `unix_socket_directories=`, 'fsync=off', 'full_page_writes=off'];
  const args = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
  let server: OwnedProcess | undefined;
  const query = (sql: string) =>
    run(join(programs, 'psql'), ['-h', '127.0.0.1', '-p', String(port), '-U', SUPERUSER, '-d', 'postgres', '-c', sql], {
      env: { PATH: process.env['PATH'] ?? '', PGPASSWORD: password },
    });

  const start = async () => {
    const started = await spawnOwned(...command('postgres', args), {
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '' },
    });
    server = started;
    const deadline = performance.now() + START_MS;
    while (started.isRunning() && performance.now() < deadline) {
      if (
        await query('select 1').then(
          () => true,
          () => false,
        )
      )
        return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`PostgreSQL does not start\n${started.output()}`);
  };
  const kill = async () => {
    const running = server;
    server = undefined;
    if (running === undefined) return;
    // The children of a server that is killed itself would keep its port for a while.
    await run(...command('pg_ctl', ['-D', data, '-m', 'immediate', 'stop']), { cwd: '/' }).catch(() =>
      running.signal('SIGKILL'),
    );
    await running.ended;
  };

  const database = async () => {
    const name = `causeway_${randomBytes(4).toString('hex')}`;
    await query(`create role ${name} login password '${name}'`);
    await query(`create database ${name} owner ${name}`);
    return { name, url: `postgres://${name}:${name}@127.0.0.1:${port}/${name}` };
  };

  await start();
  return {
    start,
    kill,
    database,
    async stop() {
      await kill();
      await remove();
    },
    async copyOf(url) {
      const copy = await database();
      const dump = join(directory, `${copy.name}.sql`);
      await run(join(programs, 'pg_dump'), [url, '--no-owner', '--file', dump]);
      await run(join(programs, 'psql'), [copy.url, '--quiet', '--set', 'ON_ERROR_STOP=1', '--file', dump]);
      return copy;
    },
  };
}

async function directoryOfPrograms(): Promise<string> {
  const versions = (await readdir(ROOT).catch(() => [])).sort((one, other) => Number(other) - Number(one));
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  for (const directory of [...onPath, ...versions.map((version) => join(ROOT, version, 'bin'))]) {
    // Beside a link to one program there may be none to the others.
    const program = await realpath(join(directory, 'initdb')).catch(() => null);
    if (program !== null) return dirname(program);
  }
  throw new Error('PostgreSQL is not installed, or its "initdb" is not on the PATH: apt-get install postgresql');
}
