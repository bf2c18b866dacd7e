import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCauseway, unwrap } from '@causeway/client';
import { BrowserUser, freePort, spawnOwned, startMockProviders, startService } from '@causeway/testing';
import { connect, connection } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { ADMIN_KEY, productionEnvironment, unlimited } from './support/production.js';
import { someone } from './support/users.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

test('the documented link leads a person to connect their account again', async () => {
  const apart = await startMockProviders();
  const folder = await mkdtemp(join(tmpdir(), 'causeway-link-'));
  await unlimited(apart.mockProviders);
  const service = await startService({ env: productionEnvironment(apart.mockProviders) });
  const document = await readFile(join(ROOT, 'docs/embedding.md'), 'utf8');
  const code = [...document.matchAll(/```js\n([^]*?)```/g)].map(([, block = '']) => block);
  const port = await freePort();
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'link.mjs'), code.find((block) => block.includes("finish: 'person'")) ?? '');
  const env = {
    CAUSEWAY_URL: service.url,
    CAUSEWAY_KEY: ADMIN_KEY,
    PORT: String(port),
    PATH: process.env['PATH'] ?? '',
  };
  const backEnd = await spawnOwned(process.execPath, ['link.mjs'], { env, cwd: folder });
  try {
    const client = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const { id, account } = await connect(client, 'hubspot', someone());
    const open = (of: string) => fetch(`http://127.0.0.1:${port}/?connection=${of}`, { redirect: 'manual' });
    await eventually(async () => expect((await open('con_unknown')).status).toBe(404), 20_000);
    await apart.mockProviders.revoke({ provider: 'hubspot', account: account.id });
    await client.POST('/connections/{id}/check', { params: { path: { id } } });
    expect((await connection(client, id)).status).toBe('needs-reconnect');

    const { status, headers } = await open(id);
    expect(status).toBe(303);
    const person = new BrowserUser();
    const url = headers.get('location') ?? '';
    const { token } = await person.openConfirmation(url);
    const toProvider = (await person.decide(url, token, 'continue')).headers.get('location') ?? '';
    const consent = await person.readConsent(toProvider);
    await person.followCallback(await person.submitConsent(consent, { account: account.id }));
    expect((await connection(client, id)).status).toBe('active');
    const { connections } = await unwrap(client.GET('/connections', { params: { query: { limit: 10 } } }));
    expect(connections.map((one) => one.id)).toEqual([id]);
  } finally {
    backEnd.signal('SIGKILL');
    await Promise.all([backEnd.ended, service.stop(), apart.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
