import type { PublicRoute } from '../core/mock-provider.js';
import { authorize } from './authorize.js';
import { token } from './token-endpoint.js';

export const authorizeRoute = (path: string): PublicRoute => ({
  method: 'GET|POST',
  path,
  kind: 'authorize',
  as: 'authorize',
  handle: (request, { sandbox, mockProvider }) => authorize(sandbox, mockProvider, request),
});

export const tokenRoute = (path: string): PublicRoute => ({
  method: 'POST',
  path,
  kind: 'token',
  as: 'token',
  handle: (request, { sandbox, mockProvider }) => token(sandbox, mockProvider, request),
});
