import { randomBytes } from 'node:crypto';
import { Keyring } from '@causeway/crypto';
import { openStore, type Store, type StoreOptions } from '@causeway/store';
import { credentialKeys, newConnectionId, sealingContext } from '../../src/connections/connection-record.js';
import { SharedGrants } from '../../src/connections/shared-grants.js';
import { authenticatedValues } from '../../src/store/authenticated-values.js';
import { RecordTags } from '../../src/store/record-tags.js';
import { StoreFormat } from '../../src/store/store-format.js';
import { repositoryOn } from './repository.js';

const TOGETHER = 500;

/** As `ENCRYPTION_KEYS` has them. */
export function keyringOf(keys: string): Keyring {
  return new Keyring(
    keys.split(',').map((entry) => {
      const [id = '', secret = ''] = entry.split(':');
      return { id, secret: Buffer.from(secret, 'base64') };
    }),
  );
}

/** The store as the service uses it. */
function authenticOn(store: Store, keyring: Keyring): Store {
  const none = () => undefined;
  const values = authenticatedValues(store, new RecordTags(keyring), { checkStore: none, onUnreadable: none });
  return Object.assign({}, store, values);
}

/** Connections that no provider knows, a user each and ten users an organization. @returns their ids */
export async function seedConnections(options: StoreOptions, keys: string, count: number): Promise<string[]> {
  const store = await openStore(options);
  const keyring = keyringOf(keys);
  await new StoreFormat(store, keyring).makeReady();
  const authentic = authenticOn(store, keyring);
  const repository = repositoryOn(authentic, keyring);
  const grants = new SharedGrants(authentic, keyring);
  const sealing = credentialKeys(keyring);
  const create = async (i: number): Promise<string> => {
    const orgId = `org-${Math.floor(i / 10)}`;
    const id = newConnectionId(orgId);
    const now = Date.now();
    const grant = await grants.fingerprint('hubspot', id);
    const credential = JSON.stringify({
      accessToken: randomBytes(120).toString('base64url'),
      refreshToken: randomBytes(32).toString('hex'),
      expiresAt: now + 3_600_000,
      scopes: ['crm.objects.contacts.read'],
    });
    await grants.join(grant, id);
    await repository.create(
      {
        id,
        integration: 'hubspot',
        orgId,
        userId: `user-${i}`,
        account: { id: `${i}`, name: `Account ${i}`, url: null },
        accountKey: `${i}`,
        problem: null,
        scopes: ['crm.objects.contacts.read'],
        createdAt: now,
        updatedAt: now,
        connectedAt: now,
        expiresAt: now + 3_600_000,
        lastRefreshedAt: null,
        generation: 1,
        grant,
        credential: sealing.seal(credential, sealingContext({ orgId, id })),
      },
      { type: 'connected', actor: { kind: 'user', id: `user-${i}` } },
    );
    return id;
  };
  const ids: string[] = [];
  for (let i = 0; i < count; i += TOGETHER)
    ids.push(...(await Promise.all(Array.from({ length: Math.min(TOGETHER, count - i) }, (_, j) => create(i + j)))));
  await store.close();
  return ids;
}
