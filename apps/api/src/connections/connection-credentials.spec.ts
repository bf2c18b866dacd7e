import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import type { Credential } from '@causeway/oauth';
import { ConnectionCredentials } from './connection-credentials.js';
import { newConnectionId, type ConnectionRecord } from './connection-record.js';

const keyring = new Keyring([{ id: 'k1', secret: randomBytes(32) }]);
// Sealing and opening need nothing of what is stored.
const unused = undefined as never;
const credentials = new ConnectionCredentials(unused, keyring, unused, unused, unused, unused, unused, unused);

function recordOf(accessToken: string): ConnectionRecord {
  const at = { orgId: 'acme', id: newConnectionId('acme') };
  const credential: Credential = { accessToken, refreshToken: null, expiresAt: null, scopes: ['read'] };
  return { ...at, credential: credentials.seal(credential, at) } as ConnectionRecord;
}

it('opens a credential once, and gives it to all who ask', () => {
  const record = recordOf('token');
  const opened = credentials.open(record);
  expect(opened).toMatchObject({ accessToken: 'token' });
  expect(credentials.open({ ...record })).toBe(opened);
  expect(Object.isFrozen(opened)).toBe(true);
});

it('does not open the credential of another connection or organization, also if that was opened', () => {
  const record = recordOf('token');
  credentials.open(record);
  expect(() => credentials.open({ ...record, id: newConnectionId('acme') })).toThrow(/cannot be opened/);
  expect(() => credentials.open({ ...record, orgId: 'other' })).toThrow(/cannot be opened/);
  expect(credentials.open(record)).toMatchObject({ accessToken: 'token' });
});

it('opens a credential that took the place of another one', () => {
  const record = recordOf('first');
  credentials.open(record);
  const credential = credentials.seal({ ...credentials.open(record), accessToken: 'second' }, record);
  expect(credentials.open({ ...record, credential })).toMatchObject({ accessToken: 'second' });
});
