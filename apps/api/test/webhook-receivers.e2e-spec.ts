import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCauseway, unwrap } from '@causeway/client';
import {
  freePort,
  spawnOwned,
  startMockProviders,
  startService,
  type MockProvidersProcess,
  type Service,
} from '@causeway/testing';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, productionEnvironment } from './support/production.js';

/** The receivers of the README, as they stand there. */
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
let apart: MockProvidersProcess;
let service: Service;
let folder: string;
beforeAll(async () => {
  apart = await startMockProviders();
  const env = productionEnvironment(apart.mockProviders);
  [service, folder] = await Promise.all([
    startService({ env: { ...env, WEBHOOK_PRIVATE_ADDRESSES: 'on' } }),
    mkdtemp(join(tmpdir(), 'causeway-receivers-')),
  ]);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
}, 60_000);
afterAll(async () => {
  await Promise.all([service?.stop(), apart?.stop(), folder && rm(folder, { recursive: true, force: true })]);
});

test.each([
  ['js', 'receiver.mjs', process.execPath],
  ['python', 'receiver.py', 'python3'],
])('the receiver in %s takes what is signed, and nothing else', async (language, file, command) => {
  const readme = await readFile(join(ROOT, 'README.md'), 'utf8');
  const code = new RegExp(`\`\`\`${language}\n([^]*?)\`\`\``).exec(readme)?.[1] ?? '';
  await writeFile(join(folder, file), code);
  const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const endpoint = await unwrap(client.POST('/webhook-endpoints', { body: { url } }));
  const env = { PATH: process.env['PATH'] ?? '', PORT: String(port), WEBHOOK_SECRET: endpoint.secret };
  const receiver = await spawnOwned(command, [file], { env, cwd: folder });
  try {
    await eventually(() => isListening(port), 20_000);
    const sent = await unwrap(client.POST('/webhook-endpoints/{id}/test', { params: { path: { id: endpoint.id } } }));
    expect(sent).toMatchObject({ status: 'delivered', attempts: [{ status: 204 }] });
    await eventually(() => expect(receiver.output()).toContain('endpoint.test'));
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': String(Math.floor(Date.now() / 1000)) };
    const forged = { 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=' };
    const body = JSON.stringify({ type: 'connection.deleted', data: {} });
    expect((await fetch(url, { method: 'POST', body, headers: { ...headers, ...forged } })).status).toBe(401);
    expect((await fetch(url, { method: 'POST', body })).status).toBe(401);
    expect(receiver.output()).not.toContain('connection.deleted');
  } finally {
    receiver.signal('SIGKILL');
    await receiver.ended;
  }
});

async function isListening(port: number): Promise<void> {
  const server = createServer();
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  if (isFree) throw new Error('not yet');
}
