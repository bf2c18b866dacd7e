import { execFile } from 'node:child_process';
import { chmod, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort, removeFolder, start, temporaryFolder } from './processes.mjs';

const run = promisify(execFile);
const START_MS = 30_000;

/** A PostgreSQL with the settings that it comes with, but for its port: what is committed is on the disk. */
export async function startPostgres() {
  const programs = await directoryOfPrograms();
  const folder = await temporaryFolder('postgres');
  const isRoot = process.getuid?.() === 0;
  // PostgreSQL refuses to run as root.
  if (isRoot) {
    await chmod(folder, 0o755);
    await run('chown', ['postgres:postgres', folder]);
  }
  const asPostgres = ['--reuid=postgres', '--regid=postgres', '--clear-groups'];
  /** @param {string} program @param {string[]} args @returns {[string, string[]]} */
  const command = (program, args) =>
    isRoot ? ['setpriv', [...asPostgres, join(programs, program), ...args]] : [join(programs, program), args];
  const data = join(folder, 'data');
  await run(...command('initdb', ['-D', data, '-U', 'bench', '--auth=trust', '-E', 'UTF8', '--no-locale']), {
    cwd: '/',
  });
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories='].flatMap((setting) => ['-c', setting]);
  const running = start(...command('postgres', ['-D', data, '-p', `${port}`, ...settings]), { cwd: '/' });
  const deadline = performance.now() + START_MS;
  while (!running.output().includes('ready to accept connections')) {
    if (running.child.exitCode !== null || performance.now() > deadline)
      throw new Error(`PostgreSQL does not start\n${running.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    url: `postgres://bench@127.0.0.1:${port}/postgres`,
    async stop() {
      // SIGTERM waits for its clients, which have ended.
      await running.stop();
      await removeFolder(folder);
    },
  };
}

async function directoryOfPrograms() {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    // Beside a link to one program there may be none to the others.
    const found = await realpath(join(directory, 'initdb')).catch(() => null);
    if (found !== null) return dirname(found);
  }
  throw new Error('PostgreSQL is not installed, or its "initdb" is not on the PATH');
}
