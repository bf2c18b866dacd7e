import { PROVIDER_IDS, type ProviderId } from '../core/provider-id.js';
import type { RegisteredApp } from './registered-app.js';

/** The OAuth apps that exist at each provider; one per provider is there from the start. */
export class AppRegistry {
  private readonly apps = new Map<string, RegisteredApp>();

  constructor() {
    this.reset();
  }

  reset(): void {
    this.apps.clear();
    for (const provider of PROVIDER_IDS) {
      const clientId = `sandbox-${provider}`;
      const clientSecret = `${clientId}-secret`;
      this.register({ provider, clientId, clientSecret, name: 'Causeway (sandbox)', redirectUris: 'loopback' });
    }
  }

  register(app: RegisteredApp): void {
    this.apps.set(`${app.provider}/${app.clientId}`, app);
  }

  remove(provider: ProviderId, clientId: string): boolean {
    return this.apps.delete(`${provider}/${clientId}`);
  }

  find(provider: ProviderId, clientId: string | undefined): RegisteredApp | undefined {
    return this.apps.get(`${provider}/${clientId}`);
  }

  all(): RegisteredApp[] {
    return [...this.apps.values()];
  }
}
