import type { CausewayClient, Connection } from '../client.js';
import { connectAccount, type ConnectAccountOptions, type ConnectPhase } from './connect-account.js';
import type { ConnectError } from './connect-error.js';
import type { ConnectResult, RedirectResult } from './connect-result.js';
import { finishRedirect } from './finish-connection.js';
import { Observable } from './observable.js';

export type ConnectOptions = Omit<ConnectAccountOptions, 'onPhase' | 'signal'>;

export type ConnectStarted = Pick<ConnectOptions, 'integration' | 'orgId' | 'userId' | 'connectionId'>;

/**
 * The authorization that was started last: its request, and how far it is or how it ended. `authorized`: the browser was redirected back,
 * and the connection is being made.
 */
export type ConnectState = ConnectStarted & (ConnectPhase | RedirectResult);

/** Connects accounts, one at a time, and keeps the state of the last authorization for rendering. */
export class ConnectFlow extends Observable<ConnectState | null> {
  private controller = new AbortController();
  private readonly settled = new Set<(result: ConnectResult) => void>();

  constructor(
    private readonly client: CausewayClient,
    initialState: ConnectState | null = null,
  ) {
    super(initialState);
  }

  /** Calls `listener` when an account was connected, or could not be. @returns how to remove it */
  onSettled(listener: (result: ConnectResult) => void): () => void {
    this.settled.add(listener);
    return () => this.settled.delete(listener);
  }

  /** Makes the connection that a full-page authorization has brought: see `consumeRedirectResult`. */
  async finish(redirected: ConnectStarted & RedirectResult): Promise<void> {
    this.setState(redirected);
    if (redirected.phase !== 'authorized') return;
    const { integration, orgId, userId } = redirected;
    const result = await finishRedirect(this.client, redirected, { orgId, userId });
    // The user may have started another one meanwhile.
    if (this.getState() === redirected) this.setState({ integration, orgId, userId, ...result });
    this.report(result);
  }

  /** Starts an authorization, and cancels the one before. Call it in the click's own event handler. */
  readonly connect = (options: ConnectOptions): void => {
    this.abort();
    const { signal } = (this.controller = new AbortController());
    const { integration, orgId, userId, connectionId } = options;
    const started = { integration, orgId, userId, ...(connectionId !== undefined && { connectionId }) };
    const show = (phase: ConnectPhase | ConnectResult) => {
      if (!signal.aborted) this.setState({ ...started, ...phase });
    };
    const settle = (result: ConnectResult) => {
      if (signal.aborted) return;
      show(result);
      this.report(result);
    };
    const connected = ({ id }: Connection) => settle({ phase: 'connected', connectionId: id });
    connectAccount(this.client, { ...options, signal, onPhase: show }).then(connected, (error: ConnectError) => {
      settle({ phase: 'failed', problem: error.problem });
      void error.lateConnection?.then(connected);
    });
  };

  /** Cancels the authorization, or dismisses its result. */
  readonly cancel = (): void => {
    this.abort();
    this.setState(null);
  };

  /** Cancels the authorization and keeps the state: for a component that disappears. */
  abort(): void {
    this.controller.abort();
  }

  private report(result: ConnectResult): void {
    for (const listener of this.settled) listener(result);
  }
}
