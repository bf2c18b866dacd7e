import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const git = async (...args: string[]) => (await run('git', ['-C', ROOT, ...args])).stdout.trim();

/** The newest tag `v*` before this version; `null` where there is none, as in a shallow clone. */
export const previousTag = (): Promise<string | null> =>
  git('describe', '--tags', '--abbrev=0', '--match', 'v*', 'HEAD').catch(() => null);

/** Builds the service of that tag with the packages that are installed here. Resolves with its folder. */
export async function buildRelease(tag: string): Promise<{ folder: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'causeway-release-'));
  await git('worktree', 'add', '--detach', '--force', folder, tag);
  const modules = join(folder, 'node_modules');
  await mkdir(join(modules, '@causeway'), { recursive: true });
  for (const name of await readdir(join(ROOT, 'node_modules')))
    if (name !== '@causeway') await symlink(join(ROOT, 'node_modules', name), join(modules, name));
  // The workspaces are those of the tag.
  for (const parent of ['apps', 'libs'])
    for (const name of await readdir(join(folder, parent)))
      await symlink(join(folder, parent, name), join(modules, '@causeway', name));
  const build = pathToFileURL(join(folder, 'scripts/prepare/build.mjs')).href;
  await mkdir(join(folder, 'dist'));
  await symlink(join(ROOT, 'dist/web'), join(folder, 'dist/web'));
  await run(process.execPath, ['--input-type=module', '-e', `await (await import('${build}')).build('server')`]);
  return {
    folder,
    async remove() {
      await rm(folder, { recursive: true, force: true });
      await git('worktree', 'prune');
    },
  };
}
