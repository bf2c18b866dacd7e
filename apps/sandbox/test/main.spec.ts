import { transformFile } from '@swc/core';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCE = fileURLToPath(new URL('../src', import.meta.url));
const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The process itself, from the sources: compiled into a folder of its own, as the build would. */
describe('main', () => {
  let folder: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-main-'));
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    const files = (await readdir(SOURCE, { recursive: true })).filter((file) => file.endsWith('.ts'));
    await Promise.all(
      files.map(async (file) => {
        const { code } = await transformFile(join(SOURCE, file), {
          jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
          module: { type: 'es6' },
        });
        const target = join(folder, file.replace(/\.ts$/, '.js'));
        await mkdir(dirname(target), { recursive: true });
        await writeFile(target, code);
      }),
    );
  });
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  const start = (options: { ipc: boolean }, ...argv: string[]) => {
    const child = fork(join(folder, 'main.js'), argv, { silent: true });
    if (!options.ipc) child.disconnect();
    children.push(child);
    return child;
  };

  it('reports its URL to the parent process and exits with it', async () => {
    const child = start({ ipc: true });
    const [message] = (await once(child, 'message')) as [{ type: string; url: string }];
    expect(message).toEqual({ type: 'listening', url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) });
    expect((await fetch(`${message.url}/control/accounts`)).status).toBe(200);
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('exits on SIGTERM while a request is pending', async () => {
    const child = start({ ipc: true });
    const [{ url }] = (await once(child, 'message')) as [{ url: string }];
    const fault = { provider: 'slack', kind: 'never-answers' };
    const headers = { 'content-type': 'application/json' };
    await fetch(`${url}/control/faults`, { method: 'POST', headers, body: JSON.stringify(fault) });
    const waiting = fetch(`${url}/slack/api/auth.test`).catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await waiting).toBe('cut');
  });

  it('refuses an invalid port', async () => {
    const child = start({ ipc: true }, '--port=http');
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});
