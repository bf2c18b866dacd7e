import type { OpenRoute } from '../core/stand-in.js';
import { authorize } from './authorize.js';
import { token } from './token-endpoint.js';

export const authorizeRoute = (path: string): OpenRoute => ({
  method: 'GET|POST',
  path,
  kind: 'authorize',
  as: 'authorize',
  handle: (call, { world, standIn }) => authorize(world, standIn, call),
});

export const tokenRoute = (path: string): OpenRoute => ({
  method: 'POST',
  path,
  kind: 'token',
  as: 'token',
  handle: (call, { world, standIn }) => token(world, standIn, call),
});
