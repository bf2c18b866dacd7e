import { CausewayError, unwrap, type ProblemDetails } from '../causeway-error.js';
import type { CausewayClient, Connection, Integration, IntegrationDetails } from '../client.js';
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

type Action<Result> = { connection: Connection } & (
  { phase: 'pending' } | Result | { phase: 'failed'; problem: ProblemDetails }
);

/** The last request to disconnect an account. `detail`: why the provider has not revoked the access. */
export type DisconnectState = Action<{ phase: 'disconnected'; revoked: Revocation; detail?: string }>;

/** The last check of an account. The connection itself has the problem that was found. */
export type CheckState = Action<{ phase: 'checked'; status: Connection['status'] }>;

export interface UserAccountsState<Details extends Integration = Integration> {
  /** Those whose accounts can be connected, or are. `undefined`: not loaded yet. */
  integrations: Details[] | undefined;
  /** Newest first. `undefined`: not loaded yet. */
  connections: Connection[] | undefined;
  /** Whether the session has the scope `connections:write`. Connect and disconnect only then. */
  canWrite: boolean;
  /** Why the lists could not be loaded. */
  problem: ProblemDetails | null;
  /** The last authorization. */
  authorization: ConnectState | null;
  disconnection: DisconnectState | null;
  check: CheckState | null;
}

export interface UserAccountsOptions {
  /** Default: the user of the session. `null`: nobody yet; only the integrations are loaded. */
  user?: SignedInUser | null | undefined;
  /** Ids of the integrations to offer. Default: all. */
  integrations?: readonly string[] | undefined;
  /** Also with permissions and item types: see `IntegrationDetails`. */
  details?: boolean | undefined;
  /** Also what the operator has yet to set up. */
  unconfigured?: boolean | undefined;
  /** What `GET /web-session` responds with, if the page has it. */
  session?: Session | undefined;
}

/** Lists that are shown and could not be loaded again are requested again. */
const RETRY_MS = 4_000;

export interface UserAccountsEvents {
  onConnected?: (connection: Connection) => void;
  onDisconnected?: (connection: Connection, revoked: Revocation) => void;
}

/** What an end customer is offered: not what the operator has yet to set up, unless one of their accounts is still connected to it. */
function offeredIntegrations<T extends Integration>(integrations: T[], connections: readonly Connection[]): T[] {
  return integrations.filter(
    ({ id, configured }) => configured || connections.some(({ integration }) => integration === id),
  );
}

/** A user's accounts of all integrations: lists them, keeps the list up to date, connects and disconnects accounts. */
export class UserAccounts<Details extends Integration = Integration> extends Observable<UserAccountsState<Details>> {
  private readonly flow: ConnectFlow;
  private user: SignedInUser | null | undefined;
  /** What stays as it is while the page is open. */
  private known: Promise<{ session: Session; integrations: Details[] }> | undefined;
  private loading = Promise.resolve();
  private next: Promise<void> | undefined;
  private readonly observers = new Set<UserAccountsEvents>();

  constructor(
    private readonly client: CausewayClient,
    private readonly options: UserAccountsOptions = {},
  ) {
    super({
      ...{ integrations: undefined, connections: undefined, canWrite: false },
      ...{ problem: null, authorization: null, disconnection: null, check: null },
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
    let subscribed: { user: SignedInUser; end: () => void } | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const onChange = () => {
      const { user } = this;
      const { connections, problem } = this.getState();
      clearTimeout(retry);
      if (connections !== undefined && isTemporary(problem)) retry = setTimeout(() => void this.reload(), RETRY_MS);
      if (subscribed !== undefined && subscribed.user !== user) {
        subscribed.end();
        subscribed = undefined;
      }
      if (subscribed !== undefined || !user || connections === undefined) return;
      const subscriber = { onEvent: () => void this.reload(), onStatus: () => {} };
      subscribed = { user, end: subscribeToConnections(this.client, user, subscriber) };
    };
    stopped.signal.addEventListener('abort', this.subscribe(onChange));
    stopped.signal.addEventListener('abort', () => {
      clearTimeout(retry);
      subscribed?.end();
    });
    void this.reload();
    return () => stopped.abort();
  }

  /** Whether the state is that of this user. */
  readonly isOf = (user: SignedInUser | null): boolean =>
    user?.orgId === this.user?.orgId && user?.userId === this.user?.userId;

  /** Shows the accounts of another user. Cancels an authorization for the one before. */
  setUser(user: SignedInUser | null): void {
    if (this.isOf(user)) return;
    this.user = user;
    this.flow.cancel();
    this.update({ connections: undefined, problem: null, disconnection: null, check: null });
    void this.reload();
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
    if (!this.user) throw new Error('Call connect when the connections are loaded.');
    this.update({ disconnection: null, check: null });
    this.flow.connect({ ...options, ...this.user });
  };

  /** Makes the connection that a full-page authorization has brought: see `consumeRedirectResult`. @param of the integration, if known */
  async finish(redirected: RedirectResult, of = ''): Promise<void> {
    await this.reload();
    if (!this.user) {
      const unsubscribe = this.subscribe(() => {
        if (!this.user) return;
        unsubscribe();
        void this.finish(redirected, of);
      });
      return;
    }
    const integration = ('popupOf' in redirected ? redirected.popupOf : null) ?? of;
    await this.flow.finish({ ...redirected, ...this.user, integration });
  }

  /** @returns whether the account was disconnected */
  readonly disconnect = async (connection: Connection): Promise<boolean> => {
    this.dismissResult();
    this.update({ disconnection: { connection, phase: 'pending' } });
    try {
      const params = { path: { id: connection.id } };
      const result = await unwrap(this.client.DELETE('/connections/{id}', { params }));
      await this.reload();
      this.update({ disconnection: { connection, phase: 'disconnected', ...result } });
      for (const { onDisconnected } of this.observers) onDisconnected?.(connection, result.revoked);
      return true;
    } catch (error) {
      this.update({ disconnection: { connection, phase: 'failed', problem: problemOf(error) } });
      return false;
    }
  };

  /** Asks the provider whether it still accepts the credentials. */
  readonly check = async (connection: Connection): Promise<void> => {
    this.dismissResult();
    this.update({ check: { connection, phase: 'pending' } });
    try {
      const params = { path: { id: connection.id } };
      const { status } = await unwrap(this.client.POST('/connections/{id}/check', { params }));
      this.update({ check: { connection, phase: 'checked', status } });
    } catch (error) {
      this.update({ check: { connection, phase: 'failed', problem: problemOf(error) } });
    }
    await this.reload();
  };

  /** Dismisses the result of the last action, or cancels the authorization. */
  readonly dismiss = (): void => {
    const { disconnection, check } = this.getState();
    if (disconnection === null && check === null) this.flow.cancel();
    else this.update({ disconnection: null, check: null });
  };

  /** What is still in progress goes on. */
  readonly dismissResult = (): void => {
    const { authorization, disconnection } = this.getState();
    if (authorization?.phase === 'connected' || authorization?.phase === 'failed') this.flow.cancel();
    if (disconnection?.phase !== 'pending') this.update({ disconnection: null, check: null });
  };

  /** Cancels the authorization: for a component that disappears. */
  abort(): void {
    this.flow.abort();
  }

  private async load(): Promise<void> {
    const { client, options } = this;
    const isWanted = (id: string) => options.integrations?.includes(id) ?? true;
    try {
      this.known ??= loadKnown<Details>(client, options);
      if (this.user === undefined) this.user = userOf((await this.known).session);
      const { user } = this;
      const listed = user === null ? undefined : listConnections(client, user);
      // It may fail before it is awaited.
      listed?.catch(() => undefined);
      const known = await this.known;
      const offered = known.integrations.filter(({ id }) => isWanted(id));
      const canWrite = known.session.scopes.includes('connections:write');
      const isOffered = options.unconfigured === true || offered.every(({ configured }) => configured);
      // They are shown before the connections are there.
      if (isOffered) this.update({ integrations: offered, canWrite });
      const connections = (await listed)?.filter(({ integration }) => isWanted(integration));
      if (user !== this.user) return;
      const integrations = isOffered ? offered : offeredIntegrations(offered, connections ?? []);
      this.update({ integrations, connections, canWrite, problem: null });
    } catch (error) {
      this.known = undefined;
      if (!(error instanceof CausewayError)) reportError(error);
      else if (error.problem.slug === undefined) logForDevelopers(error);
      this.update({ problem: problemOf(error) });
    }
  }

  private update(changes: Partial<UserAccountsState<Details>>): void {
    this.setState({ ...this.getState(), ...changes });
  }
}

/** What is none of the service's own problems. People are told in their words only; browsers do not say whether another origin was refused. */
function logForDevelopers({ problem: { title, detail, status } }: CausewayError): void {
  const advice =
    status === undefined ? ` Its WEB_ORIGINS has to have ${location.origin} if that is another origin.` : '';
  // oxlint-disable-next-line no-console -- there is no other place in somebody else's page
  console.warn(`Causeway: ${title}. ${detail}${advice}`);
}

async function loadKnown<Details extends Integration>(
  client: CausewayClient,
  { details = false, session }: UserAccountsOptions,
): Promise<{ session: Session; integrations: Details[] }> {
  const [known, { integrations }] = await Promise.all([
    session ?? unwrap(client.GET('/web-session')),
    unwrap<{ integrations: (Integration | IntegrationDetails)[] }>(
      details ? client.GET('/integrations/details') : client.GET('/integrations'),
    ),
  ]);
  return { session: known, integrations: integrations as Details[] };
}

const problemOf = (error: unknown) => (error instanceof CausewayError ? error.problem : FAILED);

/** Not what only the caller can change: to sign in, to select another user. */
const isTemporary = (problem: ProblemDetails | null) =>
  problem !== null && !((problem.status ?? 0) >= 400 && (problem.status ?? 0) < 500);

function userOf({ orgIds, userId }: Session): SignedInUser {
  const [orgId] = orgIds ?? [];
  if (orgId !== undefined && userId !== null) return { orgId, userId };
  throw new Error('Set orgId and userId: only the token of a session says by itself whose accounts these are.');
}
