import { startSandbox, type ControlledAccount, type ProviderId } from '@causeway/sandbox';
import { failureOf, HttpClient, UpstreamError } from '@causeway/http-client';
import type { AccountContext, Integration, ProviderApi } from './integration.js';

/** The sandbox's mock providers, in this process. */
export interface MockProvider {
  /** The first account of the provider, with all scopes. Each request to the provider is added to `seen`. */
  connect(integration: Integration, sizes?: Record<string, number>): Promise<AccountContext & { seen: string[] }>;
  close(): Promise<void>;
}

export async function startMockProvider(): Promise<MockProvider> {
  const sandbox = await startSandbox();
  const http = new HttpClient();

  async function control<T>(method: string, path: string, body?: object): Promise<T> {
    const sent = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    return (await (await fetch(`${sandbox.url}/control${path}`, { method, ...sent })).json()) as T;
  }

  return {
    async connect({ definition, classify }, sizes = {}) {
      const provider = definition.id as ProviderId;
      await control('PUT', '/limits', { provider, limit: 'off' });
      const { accounts } = await control<{ accounts: ControlledAccount[] }>('GET', '/accounts');
      const { id, name } = accounts.find((candidate) => candidate.provider === provider)!;
      await control('PUT', '/sizes', { provider, account: id, sizes });
      const issued = await control<{ access_token: string }>('POST', '/tokens', { provider, account: id });
      const authorization = `Bearer ${issued.access_token}`;
      const headers = { ...definition.api.headers, authorization, 'content-type': 'application/json' };
      const seen: string[] = [];
      const read: ProviderApi['read'] = async ({ method = 'GET', path, query = {}, json }) => {
        seen.push(`${method} ${path}`);
        const given = Object.entries(query).filter(([, value]) => value !== undefined);
        const search = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]));
        const url = `${sandbox.url}/${provider}${path}?${search.toString()}`;
        const body = json === undefined ? {} : { body: JSON.stringify(json) };
        const response = await http.send({ method, url, headers, timeoutMs: 10_000, ...body });
        const failure = failureOf(response, classify);
        if (failure === undefined) return response;
        throw new UpstreamError(failure.reason, { status: response.status, code: failure.code });
      };
      const remembered = new Map<string, Promise<unknown>>();
      const remember: ProviderApi['remember'] = <T>(key: string, load: () => Promise<T>) => {
        if (!remembered.has(key)) remembered.set(key, load());
        return remembered.get(key) as Promise<T>;
      };
      return {
        api: { read, remember },
        account: { id, name, url: `https://app.${provider}.example/` },
        accountKey: id,
        scopes: Object.keys(definition.permissions),
        seen,
      };
    },
    async close() {
      await http.close();
      await sandbox.close();
    },
  };
}
