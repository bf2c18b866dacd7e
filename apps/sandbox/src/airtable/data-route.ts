import type { DataRoute } from '../core/mock-provider.js';
import { forbidden } from './errors.js';

/** A route that needs a scope and, if it is about one base, draws on that base's allowance. */
export const data = (
  method: DataRoute['method'],
  path: string,
  scope: string | undefined,
  handle: DataRoute['handle'],
): DataRoute => ({
  kind: 'data',
  method,
  path,
  rateLimitKeys: (request) =>
    request.params['base'] === undefined ? [] : [{ rule: 'base', key: request.params['base'] }],
  handle(request, session, context) {
    if (scope !== undefined && !session.scopes.has(scope)) throw forbidden();
    return handle(request, session, context);
  },
});
