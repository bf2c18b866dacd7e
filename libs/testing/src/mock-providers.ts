import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  AppRequest,
  ChangedItem,
  ControlledAccount,
  Fault,
  FaultSpec,
  HookRequest,
  ItemChange,
  ItemChanges,
  IssueRequest,
  JournalAddition,
  JournalChange,
  LimitRequest,
  NewAccount,
  ProviderId,
  ProviderLog,
  ReadJournal,
  SentWebhook,
  SizeRequest,
  TokenHarm,
  WebhookRequest,
  WebhookSubscription,
  WebhookSubscriptionRequest,
  WebhooksSent,
} from '@causeway/sandbox';
import { spawnOwned } from './owned-process.js';

const MAIN = fileURLToPath(new URL('../../../dist/service/mock-providers.js', import.meta.url));
const START_MS = 60_000;

/** The control API of mock providers that run somewhere. */
export class MockProviders {
  /** Below it `/notion`, `/airtable`, `/hubspot`, `/slack`. */
  constructor(readonly url: string) {}

  app = (app: AppRequest) => this.control('POST', '/apps', app);
  fault = (fault: FaultSpec): Promise<Fault> => this.control('POST', '/faults', fault);
  faults = async (): Promise<Fault[]> => (await this.control<{ faults: Fault[] }>('GET', '/faults')).faults;
  clearFaults = () => this.control('DELETE', '/faults');
  expire = (harm: TokenHarm) => this.control('POST', '/tokens/expire', harm);
  revoke = (harm: TokenHarm) => this.control('POST', '/tokens/revoke', harm);
  addAccount = (account: NewAccount) => this.control('POST', '/accounts', account);
  /** A grant of the account without a browser, as the provider's own token response. */
  issue = (grant: IssueRequest): Promise<{ access_token: string }> => this.control('POST', '/tokens', grant);
  resize = (sizes: SizeRequest) => this.control('PUT', '/sizes', sizes);
  change = (item: ItemChange): Promise<ChangedItem> => this.control('PUT', '/items', item);
  changeAll = async (changes: ItemChanges): Promise<ChangedItem[]> =>
    (await this.control<{ items: ChangedItem[] }>('PUT', '/items', changes)).items;
  /** Sets where a provider sends webhooks to, and sends its handshake there. */
  sendWebhooksTo = (subscription: WebhookSubscriptionRequest): Promise<WebhookSubscription> =>
    this.control('PUT', '/webhooks', subscription);
  /** Resolves when each of them was sent and has its response. */
  sendWebhooks = async (webhooks: WebhookRequest): Promise<SentWebhook[]> =>
    (await this.control<{ sent: SentWebhook[] }>('POST', '/webhooks', webhooks)).sent;
  webhooks = (integration: ProviderId): Promise<WebhooksSent> =>
    this.control('GET', `/webhooks?integration=${integration}`);
  /** Moves the end of webhooks of Airtable, or shortens the delays between their retries. */
  changeHooks = (change: HookRequest) => this.control('PUT', '/webhooks', change);
  /** HubSpot's journal, as apps have read it. */
  journal = (): Promise<ReadJournal> => this.control('GET', '/journal');
  addToJournal = (entry: JournalAddition): Promise<{ offset: string }> => this.control('POST', '/journal', entry);
  changeJournal = (change: JournalChange) => this.control('PUT', '/journal', change);
  /** As if the entry had expired. */
  forgetOfJournal = (offset: string) => this.control('DELETE', `/journal/${offset}`);
  limit = (limit: LimitRequest) => this.control('PUT', '/limits', limit);
  log = (provider: ProviderId): Promise<ProviderLog> => this.control('GET', `/log?provider=${provider}`);
  clearLog = () => this.control('DELETE', '/log');
  accounts = async (provider: ProviderId): Promise<ControlledAccount[]> => {
    const { accounts } = await this.control<{ accounts: ControlledAccount[] }>('GET', '/accounts');
    return accounts.filter((account) => account.provider === provider);
  };

  private async control<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await fetch(`${this.url}/control${path}`, {
      method,
      ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  }
}

export interface MockProvidersProcess {
  readonly mockProviders: MockProviders;
  stop(): Promise<void>;
}

/** The mock providers in a process of their own, on a free port. */
export async function startMockProviders(): Promise<MockProvidersProcess> {
  const cwd = await mkdtemp(join(process.env['CAUSEWAY_TEST_FOLDER'] ?? tmpdir(), 'mock providers-'));
  const running = await spawnOwned(process.execPath, [MAIN], { cwd, env: { PATH: process.env['PATH'] ?? '' } });
  const stop = async () => {
    running.signal('SIGTERM');
    await running.ended;
    await rm(cwd, { recursive: true, force: true });
  };
  const deadline = performance.now() + START_MS;
  while (running.isRunning() && performance.now() < deadline) {
    const url = /http:\/\/[\d.]+:\d+/.exec(running.output())?.[0];
    if (url) return { mockProviders: new MockProviders(url), stop };
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stop();
  throw new Error(`the mock providers do not start\n${running.output()}`);
}
