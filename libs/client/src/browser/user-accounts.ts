import { CausewayError, unwrap, type ProblemDetails } from '../causeway-error.js';
import type { CausewayClient, Connection, Integration } from '../client.js';
import { listConnections } from '../list-connections.js';
import type { components } from '../schema.js';
import { ConnectFlow, type ConnectOptions, type ConnectState } from './connect-flow.js';
import { FAILED } from './connect-error.js';
import { subscribeToConnections } from './connection-stream.js';
import type { RedirectResult } from './connect-result.js';
import type { SignedInUser } from './finish-connection.js';
import { Observable } from './observable.js';

export type Revocation = components['schemas']['Revocation'];

type Session = components['schemas']['WebSessionDto'];

/** The last request to disconnect an account. */
export type DisconnectState = { connection: Connection } & (
  { phase: 'pending' } | { phase: 'disconnected'; revoked: Revocation } | { phase: 'failed'; problem: ProblemDetails }
);

export interface UserAccountsState {
  /** Those whose accounts can be connected, or are. `undefined`: not loaded yet. */
  integrations: Integration[] | undefined;
  /** Newest first. `undefined`: not loaded yet. */
  connections: Connection[] | undefined;
  /** Whether the session has the scope `connections:write`. Connect and disconnect only then. */
  canWrite: boolean;
  /** Why the lists could not be loaded. */
  problem: ProblemDetails | null;
  /** The last authorization. */
  authorization: ConnectState | null;
  disconnection: DisconnectState | null;
}

export interface UserAccountsOptions {
  /** Default: the user of the session. */
  user?: SignedInUser | undefined;
  /** Ids of the integrations to offer. Default: all. */
  integrations?: readonly string[] | undefined;
}

export interface UserAccountsEvents {
  onConnected?: (connection: Connection) => void;
  onDisconnected?: (connection: Connection, revoked: Revocation) => void;
}

/** What an end customer is offered: not what the operator has yet to set up, unless one of their accounts is still connected to it. */
export function offeredIntegrations<T extends Integration>(integrations: T[], connections: readonly Connection[]): T[] {
  return integrations.filter(
    ({ id, configured }) => configured || connections.some(({ integration }) => integration === id),
  );
}

/** A user's accounts of all integrations: lists them, keeps the list up to date, connects and disconnects accounts. */
export class UserAccounts extends Observable<UserAccountsState> {
  private readonly flow: ConnectFlow;
  private user: SignedInUser | undefined;
  /** What stays as it is while the page is open. */
  private known: Promise<{ session: Session; integrations: Integration[] }> | undefined;
  private loading = Promise.resolve();
  private next: Promise<void> | undefined;
  private readonly observers = new Set<UserAccountsEvents>();

  constructor(
    private readonly client: CausewayClient,
    private readonly options: UserAccountsOptions = {},
  ) {
    super({
      ...{ integrations: undefined, connections: undefined, canWrite: false },
      ...{ problem: null, authorization: null, disconnection: null },
    });
    this.user = options.user;
    this.flow = new ConnectFlow(client);
    this.flow.subscribe(() => this.update({ authorization: this.flow.getState() }));
    this.flow.onSettled((result) => {
      void this.reload().then(() => {
        const id = result.phase === 'connected' ? result.connectionId : undefined;
        const connection = this.getState().connections?.find((connection) => connection.id === id);
        if (connection !== undefined) for (const { onConnected } of this.observers) onConnected?.(connection);
      });
    });
  }

  /** @returns how to remove the listeners */
  listen(events: UserAccountsEvents): () => void {
    this.observers.add(events);
    return () => this.observers.delete(events);
  }

  /** Loads the lists and keeps them up to date. @returns how to end that; an authorization goes on */
  start(): () => void {
    const stopped = new AbortController();
    let isSubscribed = false;
    const subscribe = () => {
      if (isSubscribed || this.user === undefined || this.getState().connections === undefined) return;
      isSubscribed = true;
      const subscriber = { onEvent: () => void this.reload(), onStatus: () => {} };
      stopped.signal.addEventListener('abort', subscribeToConnections(this.client, this.user, subscriber));
    };
    // The first load that succeeds may be a later one.
    stopped.signal.addEventListener('abort', this.subscribe(subscribe));
    void this.reload();
    return () => stopped.abort();
  }

  /** Loads the lists again. Calls while they are being loaded share one load that starts afterwards. */
  readonly reload = (): Promise<void> => {
    this.next ??= this.loading.then(() => {
      this.next = undefined;
      return this.load();
    });
    this.loading = this.next;
    return this.next;
  };

  /** Starts an authorization, and cancels the one before. Call it in the click's own event handler. */
  readonly connect = (options: Omit<ConnectOptions, keyof SignedInUser>): void => {
    if (this.user === undefined) throw new Error('Call connect when the integrations are loaded.');
    this.update({ disconnection: null });
    this.flow.connect({ ...options, ...this.user });
  };

  /** Makes the connection that a full-page authorization has brought: see `consumeRedirectResult`. */
  async finish(redirected: RedirectResult): Promise<void> {
    await this.reload();
    if (this.user === undefined) {
      const unsubscribe = this.subscribe(() => {
        if (this.user === undefined) return;
        unsubscribe();
        void this.finish(redirected);
      });
      return;
    }
    const integration = ('popupOf' in redirected ? redirected.popupOf : null) ?? '';
    await this.flow.finish({ ...redirected, ...this.user, integration });
  }

  readonly disconnect = async (connection: Connection): Promise<void> => {
    this.dismissResult();
    this.update({ disconnection: { connection, phase: 'pending' } });
    try {
      const params = { path: { id: connection.id } };
      const { revoked } = await unwrap(this.client.DELETE('/connections/{id}', { params }));
      await this.reload();
      this.update({ disconnection: { connection, phase: 'disconnected', revoked } });
      for (const { onDisconnected } of this.observers) onDisconnected?.(connection, revoked);
    } catch (error) {
      const problem = error instanceof CausewayError ? error.problem : FAILED;
      this.update({ disconnection: { connection, phase: 'failed', problem } });
    }
  };

  /** Dismisses the result of the last action, or cancels the authorization. */
  readonly dismiss = (): void => {
    if (this.getState().disconnection === null) this.flow.cancel();
    else this.update({ disconnection: null });
  };

  /** What is still in progress goes on. */
  readonly dismissResult = (): void => {
    const { authorization, disconnection } = this.getState();
    if (authorization?.phase === 'connected' || authorization?.phase === 'failed') this.flow.cancel();
    if (disconnection?.phase !== 'pending') this.update({ disconnection: null });
  };

  /** Cancels the authorization: for a component that disappears. */
  abort(): void {
    this.flow.abort();
  }

  private async load(): Promise<void> {
    const { client } = this;
    try {
      this.known ??= loadKnown(client);
      this.user ??= userOf((await this.known).session);
      const [known, all] = await Promise.all([this.known, listConnections(client, this.user)]);
      const isWanted = (id: string) => this.options.integrations?.includes(id) ?? true;
      const connections = all.filter(({ integration }) => isWanted(integration));
      const integrations = offeredIntegrations(known.integrations, connections).filter(({ id }) => isWanted(id));
      const canWrite = known.session.scopes.includes('connections:write');
      this.update({ integrations, connections, canWrite, problem: null });
    } catch (error) {
      this.known = undefined;
      if (!(error instanceof CausewayError)) reportError(error);
      this.update({ problem: error instanceof CausewayError ? error.problem : FAILED });
    }
  }

  private update(changes: Partial<UserAccountsState>): void {
    this.setState({ ...this.getState(), ...changes });
  }
}

async function loadKnown(client: CausewayClient): Promise<{ session: Session; integrations: Integration[] }> {
  const [session, { integrations }] = await Promise.all([
    unwrap(client.GET('/web-session')),
    unwrap(client.GET('/integrations')),
  ]);
  return { session, integrations };
}

function userOf({ orgIds, userId }: Session): SignedInUser {
  const [orgId] = orgIds ?? [];
  if (orgId !== undefined && userId !== null) return { orgId, userId };
  throw new Error('Set orgId and userId: only the token of a session says by itself whose accounts these are.');
}
