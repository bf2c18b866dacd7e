import { readdirSync, readFileSync } from 'node:fs';
import { createCauseway } from '@causeway/client';
import { redisCli, startMockProviders, startRedis, startService } from '@causeway/testing';
import { Apps } from './support/apps.js';
import { connect } from './support/connect.js';
import { eventually } from './support/eventually.js';
import { exchange } from './support/exchange.js';
import { listen } from './support/listen.js';
import { items } from './support/load.js';
import { ADMIN_KEY } from './support/production.js';
import { raw } from './support/raw.js';
import { someone } from './support/users.js';

const page = readFileSync(new URL('../../../docs/production/redis.md', import.meta.url), 'utf8');
const [, listed = ''] = /ACL SETUSER causeway on >PASSWORD (.+)$/m.exec(page) ?? [];

const LUA = new URL('../../../libs/store/src/redis/lua/', import.meta.url);
/** Which of them a run uses depends on what meets in the queues. */
const inScripts = readdirSync(LUA)
  .map((file) => readFileSync(new URL(file, LUA), 'utf8'))
  .flatMap((source) => [...source.matchAll(/redis\.call\('([A-Z]+)'(?:, '([A-Z]+)')?/g)])
  .map(([, command = '', subcommand]) => [command, subcommand].filter(Boolean).join('|').toLowerCase());

const at = (id: string) => ({ params: { path: { id } } });

test('the documented permissions are those that the service needs, and no more', async () => {
  const [apart, redis] = await Promise.all([startMockProviders(), startRedis({ appendOnly: true })]);
  const permissions = listed.split(' ');
  expect(permissions).toContain('~causeway:*');
  expect(inScripts).toContain('zadd');
  expect(inScripts.filter((command) => !permissions.includes(`+${command}`))).toEqual([]);
  await redisCli(redis.port, 'ACL', 'SETUSER', 'causeway', 'on', '>secret', ...permissions);
  const apps = new Apps(apart.mockProviders);
  await apps.become('airtable');
  const limited = { AIRTABLE_RATE_LIMIT: '10/1' };
  const env = { ...apps.environment(), ...limited, REDIS_URL: `redis://causeway:secret@127.0.0.1:${redis.port}` };
  const service = await startService({ env });
  try {
    const causeway = createCauseway({ baseUrl: service.url, apiKey: ADMIN_KEY });
    const user = someone();
    const stream = await listen(`${service.url}/events?orgId=${user.orgId}`, ADMIN_KEY);
    const { id } = await connect(causeway, 'airtable', user);
    await eventually(() => expect(stream.heard.map(({ event }) => event)).toContain('connection.created'));
    stream.stop();
    expect((await causeway.POST('/connections/{id}/refresh', at(id))).response.status).toBe(200);
    expect((await causeway.GET('/connections', { params: { query: { ...user } } })).data?.connections).toHaveLength(1);
    expect((await causeway.GET('/connections/{id}/events', at(id))).data?.events.length).toBeGreaterThan(0);
    expect((await items(causeway, 'airtable', user)).length).toBeGreaterThan(0);
    // More than the rate limit takes at once: they wait in its queue.
    const calls = Array.from({ length: 30 }, () =>
      exchange(service.url, `/connections/${id}/proxy/v0/meta/whoami`, {
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      }),
    );
    const answers = await Promise.all(calls);
    expect(await redisCli(redis.port, 'ACL', 'LOG')).toBe('');
    expect(answers.map(({ status }) => status)).toEqual(calls.map(() => 200));
    const made = await causeway.POST('/keys', { body: { name: 'a key', scopes: ['proxy'] } });
    expect(made.response.status).toBe(201);
    expect((await causeway.GET('/audit')).response.status).toBe(200);
    expect((await causeway.DELETE('/connections/{id}', at(id))).response.status).toBe(200);
    expect((await raw(`${service.url}/health/ready`, { key: null })).response.status).toBe(200);

    expect(await redisCli(redis.port, 'ACL', 'LOG')).toBe('');
    const { text } = await raw(`${service.url}/metrics`, { key: null });
    expect(text).not.toMatch(/^causeway_store_errors_total\{/m);

    const stats = await redisCli(redis.port, 'INFO', 'commandstats');
    const used = [...stats.matchAll(/^cmdstat_([a-z|]+):/gm)].map(([, name = '']) => name);
    const spare = permissions
      .filter((permission) => permission.startsWith('+'))
      .map((permission) => permission.slice(1))
      .filter((command) => !used.includes(command));
    expect(spare.filter((command) => !UNUSED_HERE.includes(command) && !inScripts.includes(command))).toEqual([]);
  } finally {
    await service.stop();
    await Promise.all([redis.stop(), apart.stop()]);
  }
}, 120_000);

/** For a database of its own, the end of the process, a cache that is full, maintenance, and counts. */
const UNUSED_HERE = ['select', 'quit', 'unlink', 'scan', 'zcard'];
