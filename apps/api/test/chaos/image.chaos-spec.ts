import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { copyFile, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort, spawnOwned } from '@causeway/testing';
import { ADMIN_KEY, encryptionKeys } from '../support/production.js';
import { eventually } from '../support/eventually.js';

/**
 * The image of the Dockerfile, built by buildah and run, on a base that is made of this machine's own Node and the programs that the build
 * calls: no registry of images is needed, only npm's. In a chroot, so that it works inside a container too: what that cannot show
 * (a read-only root, dropped capabilities) is left to the engine that runs the image.
 */

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PROGRAMS = ['sh', 'env', 'mkdir', 'find', 'xargs', 'cp', 'install', 'rm', 'cat'];
const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';

async function reasonToSkip(): Promise<string | null> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'buildah needs Linux and root here';
  const found = await run('buildah', ['--version']).catch(() => null);
  return found === null ? 'buildah is not installed (apt-get install --no-install-recommends buildah)' : null;
}

const pathOf = async (program: string) => realpath((await run('sh', ['-c', `command -v ${program}`])).stdout.trim());

/** A file system with Node, npm, those programs, and the libraries that they load. */
async function makeBase(folder: string): Promise<void> {
  const place = async (path: string, as = path) => {
    await mkdir(join(folder, dirname(as)), { recursive: true });
    await copyFile(path, join(folder, as));
  };
  const programs = await Promise.all(PROGRAMS.map(async (name) => [name, await pathOf(name)] as const));
  const libraries = new Set<string>();
  for (const path of [process.execPath, ...programs.map(([, found]) => found)])
    for (const [library] of (await run('ldd', [path])).stdout.matchAll(/\/\S+\.so\S*/g)) libraries.add(library);
  // Loaded when a name is looked up, and by packages with binaries.
  for (const name of ['libnss_dns.so.2', 'libnss_files.so.2', 'libresolv.so.2', 'librt.so.1'])
    for (const library of libraries)
      if (existsSync(join(dirname(library), name))) libraries.add(join(dirname(library), name));
  for (const library of libraries) await place(library);
  for (const [name, path] of programs) await place(path, `/usr/bin/${name}`);
  await place(process.execPath, '/usr/bin/node');
  await place(join(folder, 'usr/bin/sh'), '/bin/sh');
  const npm = dirname(dirname(await pathOf('npm')));
  await cp(npm, join(folder, 'usr/lib/node_modules/npm'), { recursive: true });
  await writeFile(join(folder, 'usr/bin/npm'), '#!/bin/sh\nexec node /usr/lib/node_modules/npm/bin/npm-cli.js "$@"\n', {
    mode: 0o755,
  });
  await place(CERTIFICATES);
  await writeFile(join(folder, 'etc/passwd'), 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/tmp:/bin/sh\n');
  await writeFile(join(folder, 'etc/group'), 'root:x:0:\nnode:x:1000:\n');
  for (const name of ['tmp', 'root', 'proc', 'sys', 'dev', 'var/tmp'])
    await mkdir(join(folder, name), { recursive: true, mode: 0o777 });
}

test('the image builds, starts without rights, and ends at SIGTERM', async () => {
  const reason = await reasonToSkip();
  if (reason !== null) {
    process.stderr.write(`SKIPPED: ${reason}\n`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'causeway-image-'));
  const storage = ['--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), '--storage-driver', 'vfs'];
  const buildah = async (...args: string[]) =>
    (await run('buildah', [...storage, ...args], { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 })).stdout.trim();
  try {
    await makeBase(join(folder, 'base'));
    const scratch = await buildah('from', 'scratch');
    await buildah('copy', '--quiet', scratch, join(folder, 'base'), '/');
    // npm's registry may be behind a proxy of which this machine knows the certificate.
    const trusted = `NODE_EXTRA_CA_CERTS=${CERTIFICATES}`;
    await buildah('config', '--env', 'PATH=/usr/bin:/bin', '--env', trusted, scratch);
    await buildah('commit', '--quiet', scratch, 'localhost/node-of-this-machine');
    const base = ['--build-arg', 'NODE_IMAGE=localhost/node-of-this-machine'];
    await buildah(
      'build',
      '--isolation',
      'chroot',
      '--pull-never',
      '--format',
      'docker',
      ...base,
      '-t',
      'causeway',
      '.',
    );

    const image = JSON.parse(await buildah('inspect', '--type', 'image', 'causeway')) as {
      Docker: { config: { User: string; Healthcheck?: object; Cmd: string[] } };
    };
    expect(image.Docker.config.User).toBe('node');
    expect(image.Docker.config.Healthcheck).toBeDefined();

    const container = await buildah('from', '--pull-never', 'causeway');
    const port = await freePort();
    const env = [`PORT=${port}`, `ADMIN_KEY=${ADMIN_KEY}`, `ENCRYPTION_KEYS=${encryptionKeys()}`];
    const settings = [...env, 'CAUSEWAY_MODE=production'].flatMap((setting) => ['--env', setting]);
    const { Cmd } = image.Docker.config;
    const command = ['run', '--isolation', 'chroot', ...settings, container, '--', ...Cmd];
    const running = await spawnOwned('buildah', [...storage, ...command], {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '' },
    });
    const line = await eventually(() => {
      const found = running
        .output()
        .split('\n')
        .find((text) => text.includes('listening on 0.0.0.0'));
      if (found === undefined) throw new Error(running.output());
      return JSON.parse(found) as { pid: number };
    }, 60_000);
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/docs`)).status).toBe(200);
    const page = await fetch(`http://127.0.0.1:${port}/`, { headers: { accept: 'text/html' } });
    expect(await page.text()).toContain('<script');
    const status = await readFile(`/proc/${line.pid}/status`, 'utf8');
    expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('1000');
    process.kill(line.pid, 'SIGTERM');
    expect((await running.ended).code).toBe(0);
  } finally {
    await buildah('rm', '--all').catch(() => undefined);
    await rm(folder, { recursive: true, force: true });
  }
}, 1_200_000);
