import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../src/index.js';

const CLIENT = { client_id: 'sandbox-hubspot', client_secret: 'sandbox-hubspot-secret' };

it('keeps grants across a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'grants-'));
  const grantsFile = join(folder, 'grants');
  const first = await startSandbox({ grantsFile });
  const issued = await fetch(`${first.url}/control/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'hubspot' }),
  });
  const { access_token, refresh_token } = (await issued.json()) as { access_token: string; refresh_token: string };
  await first.close();

  const second = await startSandbox({ grantsFile });
  const details = await fetch(`${second.url}/hubspot/account-info/2026-09/details`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(details.status).toBe(200);
  const refreshed = await fetch(`${second.url}/hubspot/oauth/2026-09/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token, ...CLIENT }),
  });
  expect(refreshed.status).toBe(200);
  await second.close();
  expect((await stat(grantsFile)).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
});
