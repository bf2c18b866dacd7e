import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What `npm pack` has made of the packages: see scripts/prepare/build.mjs. */
export const PACKED = ['client', 'react'].map((name) => ({ name, file: join(ROOT, `dist/packages/${name}.tgz`) }));

const exec = promisify(execFile);

/** Runs a program of the folder's node_modules. @throws an error that carries the program's output */
export const runBin = (folder: string, bin: string, args: string[] = []) =>
  exec(process.execPath, [join(folder, 'node_modules', bin), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NEXT_TELEMETRY_DISABLED: '1' },
  });

/**
 * An empty folder outside of the repository with the files of a fixture, the packed packages, and exactly those packages of
 * others that they and the fixture declare. The packages of others are links: into the repository, or for a fixture with a
 * lock file of its own to what that installs.
 */
export async function installPacked(fixture?: string): Promise<string> {
  const folder = await mkdtemp(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'packed-'));
  for (const { name, file } of PACKED) {
    const target = join(folder, 'node_modules/@causeway', name);
    await mkdir(target, { recursive: true });
    await exec('tar', ['-xzf', file, '-C', target, '--strip-components=1']);
    await link(folder, ROOT, (await manifestOf(target)).dependencies);
  }
  if (fixture === undefined) return folder;
  const source = fileURLToPath(new URL(fixture, import.meta.url));
  await cp(source, folder, { recursive: true });
  const { dependencies, devDependencies } = await manifestOf(folder);
  const installed = existsSync(join(source, 'package-lock.json')) ? await installLocked(source) : ROOT;
  await link(folder, installed, { ...dependencies, ...devDependencies });
  return folder;
}

/** What the lock file names, kept in `dist` for the next run. @throws if it is not there yet and npm cannot install it */
async function installLocked(fixture: string): Promise<string> {
  const files = ['package.json', 'package-lock.json'].map((name) => join(fixture, name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const folder = join(ROOT, 'dist/.fixtures', hash('sha256', Buffer.concat(contents)).slice(0, 16));
  if (existsSync(folder)) return folder;
  await mkdir(dirname(folder), { recursive: true });
  // Another run may be installing the same: the first one that has everything gives it the name.
  const partial = await mkdtemp(`${folder}-`);
  for (const file of files) await copyFile(file, join(partial, basename(file)));
  // npm's own retries would take minutes to find that there is no network.
  const options = ['--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts', '--fetch-retry-mintimeout=1000'];
  await exec('npm', ['ci', ...options, '--fetch-retries=1'], { cwd: partial, timeout: 240_000 }).catch(
    async (error: Error) => {
      await rm(partial, { recursive: true });
      throw new Error(
        `npm could not install what ${fixture} needs. The first run needs the npm registry. ${error.message}`,
      );
    },
  );
  await rename(partial, folder).catch(async (error: NodeJS.ErrnoException) => {
    if (!['EEXIST', 'ENOTEMPTY'].includes(error.code ?? '')) throw error;
    await rm(partial, { recursive: true });
  });
  return folder;
}

async function manifestOf(
  folder: string,
): Promise<{ dependencies?: Record<string, string>; devDependencies?: Record<string, string> }> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as object;
}

async function link(folder: string, from: string, dependencies: Record<string, string> = {}): Promise<void> {
  for (const name of Object.keys(dependencies).filter((name) => !name.startsWith('@causeway/'))) {
    const path = join(folder, 'node_modules', name);
    await mkdir(dirname(path), { recursive: true });
    await symlink(join(from, 'node_modules', name), path);
  }
}
