import type { ExecutionContext } from '@nestjs/common';
import { AuthGuard } from '@nestjs/passport';
import { Problem } from '@causeway/problem';
import type { Grant } from './grant.js';
import type { BegunAuthorization, ConsumedAuthorizationRequest } from './authorization-requests.js';
import type { ExchangeOptions, OAuthStrategy, RedirectOptions } from './oauth.strategy.js';

/** What passport's redirect writes to. */
interface RedirectTarget {
  statusCode: number;
  setHeader(name: string, value: string): void;
  end(): void;
}

/**
 * Runs one integration's strategy. The strategy gets nothing of the real request but what the caller hands over: it decides by the mere
 * presence of `code` and `error` whether it redirects or exchanges, and that is not for a query string to say.
 */
class StrategyRun extends AuthGuard() {
  private readonly request: { query: object; user?: unknown };

  constructor(
    strategy: OAuthStrategy,
    query: { code?: string },
    private readonly authenticateOptions: RedirectOptions | ExchangeOptions,
    private readonly target: RedirectTarget,
  ) {
    // An instance, not a name: passport's names are global to the process, and AuthGuard(type) remembers guards by name.
    // One of its own for each run: passport writes its callbacks on an instance that it is given, so two people who come back at the
    // same moment would get each other's grants.
    super({ defaultStrategy: Object.create(strategy) as OAuthStrategy, session: false });
    this.request = { query };
  }

  async run(): Promise<Grant> {
    // Everything that a guard reads of its context is given by the methods below.
    await this.canActivate({} as ExecutionContext);
    return this.request.user as Grant;
  }

  override getRequest(): object {
    return this.request;
  }

  getResponse(): RedirectTarget {
    return this.target;
  }

  override getAuthenticateOptions(): RedirectOptions | ExchangeOptions {
    return this.authenticateOptions;
  }

  override handleRequest<T>(error: unknown, grant: T | false): T {
    if (error !== null && error !== undefined) throw error as Error;
    if (grant === false)
      throw new Problem(
        'authorization-failed',
        'The provider did not complete the authorization. Try to connect again.',
      );
    return grant;
  }
}

/** @returns the URL at the provider that the browser has to go to. */
export function authorizationUrl(strategy: OAuthStrategy, opened: BegunAuthorization): Promise<string> {
  const { scopes } = opened.purpose;
  const options = { state: opened.state, opened, ...(scopes.length > 0 ? { scope: [...scopes] } : {}) };
  return new Promise((resolve, reject) => {
    let location = '';
    const target: RedirectTarget = {
      statusCode: 0,
      setHeader: (name, value) => {
        if (name.toLowerCase() === 'location') location = value;
      },
      // Passport ends the response and never calls back: the redirect is the result.
      end: () => resolve(location),
    };
    new StrategyRun(strategy, {}, options, target).run().catch(reject);
  });
}

/**
 * Exchanges the code of a checked attempt.
 * @throws Problem `authorization-failed`, `provider-timeout` or `provider-unavailable`
 */
export async function exchangeCode(
  strategy: OAuthStrategy,
  attempt: ConsumedAuthorizationRequest,
  code: string,
): Promise<Grant> {
  const target: RedirectTarget = { statusCode: 0, setHeader: () => undefined, end: () => undefined };
  return new StrategyRun(strategy, { code }, { attempt }, target).run();
}
