import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
/** What `npm pack` has made of the packages: see scripts/prepare/build.mjs. */
export const PACKED = ['client', 'react'].map((name) => ({ name, file: join(ROOT, `dist/packages/${name}.tgz`) }));

const exec = promisify(execFile);

/** Runs a program of the repository's node_modules in a folder. @throws an error that carries the program's output */
export const runBin = (folder: string, bin: string, args: string[] = []) =>
  exec(process.execPath, [join(ROOT, 'node_modules', bin), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], NEXT_TELEMETRY_DISABLED: '1' },
  });

/**
 * An empty folder outside of the repository with the files of a fixture, the packed packages, and exactly those packages of others that
 * they and the fixture declare. The packages of others are links into the repository: tests run without a registry.
 */
export async function installPacked(fixture?: string): Promise<string> {
  const folder = await mkdtemp(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'packed-'));
  if (fixture !== undefined) await cp(fileURLToPath(new URL(fixture, import.meta.url)), folder, { recursive: true });
  const manifests = fixture === undefined ? [] : [folder];
  for (const { name, file } of PACKED) {
    const target = join(folder, 'node_modules/@causeway', name);
    await mkdir(target, { recursive: true });
    await exec('tar', ['-xzf', file, '-C', target, '--strip-components=1']);
    manifests.push(target);
  }
  for (const manifest of manifests) {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(manifest, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    const names = Object.keys({ ...dependencies, ...(manifest === folder && devDependencies) });
    for (const name of names.filter((name) => !name.startsWith('@causeway/'))) {
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(join(ROOT, 'node_modules', name), link).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      });
    }
  }
  return folder;
}
