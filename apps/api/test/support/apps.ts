import { randomBytes } from 'node:crypto';
import type { MockProviders } from '@causeway/testing';
import type { IntegrationId } from './integration-ids.js';
import { clientEnvironment, encryptionKeys, ADMIN_KEY, type ClientCredentials } from './production.js';

type Variants = Omit<Parameters<MockProviders['app']>[0], 'provider' | 'clientId' | 'clientSecret'>;

/** OAuth apps of a test's own at the mock providers. What they are like can change while a service uses them. */
export class Apps {
  private readonly clients = new Map<IntegrationId, ClientCredentials>();

  constructor(private readonly mockProviders: MockProviders) {}

  /** Makes it, or makes it another one; the client id and secret stay. */
  async become(provider: IntegrationId, variants: Variants = {}): Promise<void> {
    await this.mockProviders.app({ provider, ...this.clientOf(provider), ...variants });
  }

  /** The operator changed the secret at the provider and not here. */
  async changeSecret(provider: IntegrationId): Promise<void> {
    await this.mockProviders.app({ provider, ...this.clientOf(provider), clientSecret: 'another-secret' });
  }

  environment(): Record<string, string> {
    const clients = [...this.clients].map(([id, client]) =>
      clientEnvironment(id, `${this.mockProviders.url}/${id}`, client),
    );
    return Object.assign({ CAUSEWAY_MODE: 'production', ADMIN_KEY, ENCRYPTION_KEYS: encryptionKeys() }, ...clients);
  }

  clientOf(provider: IntegrationId): ClientCredentials {
    const known = this.clients.get(provider);
    if (known) return known;
    const name = `${provider}-${randomBytes(4).toString('hex')}`;
    const client = { clientId: name, clientSecret: `${name}-secret-of-the-app` };
    this.clients.set(provider, client);
    return client;
  }
}
