import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { World, type WorldOptions } from './core/world.js';
import { GrantsFile } from './oauth/grants-file.js';
import { createServer, STAND_INS } from './server.js';

export type {
  AppRequest,
  ControlledAccount,
  IssueRequest,
  LimitRequest,
  SizeRequest,
  TokenHarm,
} from './control/control-types.js';
export type { Fault, FaultKind, FaultSpec } from './control/faults.js';
export type { LoggedRequest, ProviderLog, RefreshTokenUse } from './control/request-log.js';
export type { ProviderId } from './core/provider-id.js';
export type { AppVariants, RegisteredApp } from './oauth/registered-app.js';

export interface SandboxOptions {
  /** 0, the default: any free port. */
  port?: number;
  /** Other seed, other people. */
  seed?: string;
  /** Milliseconds since 1970; tests may pass their own. */
  clock?: () => number;
  /** Where grants are kept over a restart; absent: they end with the process. */
  grantsFile?: string;
}

export interface Sandbox {
  /** Without a trailing slash; providers are below it, e.g. `${url}/notion/v1/search`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the four stand-ins and the control API on 127.0.0.1, and nowhere else. */
export async function startSandbox({
  port = 0,
  seed = 'causeway',
  clock = Date.now,
  grantsFile,
}: SandboxOptions = {}): Promise<Sandbox> {
  const documentedLimits: WorldOptions['documentedLimits'] = (provider) =>
    STAND_INS.find(({ id }) => id === provider)?.limits ?? {};
  const world = new World({ seed, clock, documentedLimits });
  const server = createServer(world);
  if (grantsFile !== undefined) keepGrants(server, new GrantsFile(grantsFile, world.grants));
  await server.listen({ host: '127.0.0.1', port });
  const { port: bound } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}`, close: () => server.close() };
}

/** Whatever changes a grant is a POST, and its answer tells that the change is made. */
function keepGrants(server: FastifyInstance, file: GrantsFile): void {
  file.load();
  server.addHook('onSend', async ({ method }) => {
    if (method === 'POST') file.save();
  });
}
