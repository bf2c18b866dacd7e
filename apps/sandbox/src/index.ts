import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { SandboxState, type SandboxStateOptions } from './core/sandbox-state.js';
import { GrantsFile } from './oauth/grants-file.js';
import { createServer, MOCK_PROVIDERS } from './server.js';

export type {
  AppRequest,
  ChangedItem,
  ControlledAccount,
  HookRequest,
  JournalAddition,
  JournalChange,
  ReadJournal,
  IssueRequest,
  ItemChange,
  ItemChanges,
  LimitRequest,
  NewAccount,
  SizeRequest,
  TokenHarm,
  WatchingHook,
  WebhookRequest,
  WebhookSubscription,
  WebhookSubscriptionRequest,
  WebhooksSent,
} from './control/control-types.js';
export type { Fault, FaultKind, FaultSpec } from './control/faults.js';
export type { LoggedRequest, ProviderLog, RefreshTokenUse } from './control/request-log.js';
export type { ProviderId } from './core/provider-id.js';
export type { AppVariants, RegisteredApp } from './oauth/registered-app.js';
export type { SentWebhook } from './webhooks/deliveries.js';
export type { WebhookFault } from './webhooks/webhooks.js';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Another seed generates other data. */
  seed?: string;
  /** Milliseconds since 1970; tests may pass their own. */
  clock?: () => number;
  /** File that keeps grants across a restart. Absent: grants are lost when the process ends. */
  grantsFile?: string;
}

export interface Sandbox {
  /** Without a trailing slash; providers are below it, e.g. `${url}/notion/v1/search`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the four mock providers and the control API, on 127.0.0.1 only. */
export async function startSandbox({
  port = 0,
  seed = 'causeway',
  clock = Date.now,
  grantsFile,
}: SandboxOptions = {}): Promise<Sandbox> {
  const documentedLimits: SandboxStateOptions['documentedLimits'] = (provider) =>
    MOCK_PROVIDERS.find(({ id }) => id === provider)?.limits ?? {};
  const sandbox = new SandboxState({ seed, clock, documentedLimits });
  const server = createServer(sandbox);
  server.addHook('onClose', async () => sandbox.webhooks.reset());
  if (grantsFile !== undefined) keepGrants(server, new GrantsFile(grantsFile, sandbox.grants));
  await server.listen({ host: '127.0.0.1', port });
  const { port: bound } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, close: () => server.close() };
}

/** Grants change by POST only; they are saved before the response is sent. */
function keepGrants(server: FastifyInstance, file: GrantsFile): void {
  file.load();
  server.addHook('onSend', async ({ method }) => {
    if (method === 'POST') file.save();
  });
}
