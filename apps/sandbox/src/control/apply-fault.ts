import { type MockResponse, ErrorResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { RouteContext, MockProvider } from '../core/mock-provider.js';
import { cut, type Cut } from '../data/paging.js';
import { expireAccess } from '../oauth/grants.js';
import type { Fault } from './faults.js';

export const applyLatency = (fault: Fault): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000).unref());

/** Faults that replace the response: the handler is not called. */
export function faultResponse(
  mockProvider: MockProvider,
  request: MockRequest,
  faults: readonly Fault[],
): MockResponse | undefined {
  for (const fault of faults) {
    if (fault.kind === 'server-error')
      return withRetryAfter(mockProvider.serverError(request, fault.status ?? 500), fault, request.now);
    if (fault.kind === 'rate-limit')
      return withRetryAfter(mockProvider.rateLimited(request, undefined, fault.reason), fault, request.now);
  }
  return undefined;
}

/** The documented response, with the `Retry-After` that the fault asks for. */
function withRetryAfter(response: MockResponse, { retryAfter }: Fault, now: number): MockResponse {
  if (retryAfter === undefined) return response;
  const { 'retry-after': _documented, ...headers } = response.headers ?? {};
  if (retryAfter === 'none') return { ...response, headers };
  const hint = retryAfter === 'date' ? new Date(now + 2000).toUTCString() : String(retryAfter);
  return { ...response, headers: { ...headers, 'retry-after': hint } };
}

/** Faults that change the grant behind the request. The request itself is then handled normally. */
export function applyTokenFaults(
  { sandbox, mockProvider }: RouteContext,
  request: MockRequest,
  faults: readonly Fault[],
): void {
  const token =
    sandbox.grants.findAccess(mockProvider.presentedToken(request)) ??
    sandbox.grants.findRefresh(refreshToken(request));
  if (!token) return;
  for (const fault of faults) {
    if (fault.kind === 'expired-access') expireAccess(token.grant, request.now);
    if (fault.kind === 'revoked-grant') token.grant.revoked = true;
  }
}

const refreshToken = ({ body }: MockRequest) =>
  typeof body['refresh_token'] === 'string' ? body['refresh_token'] : undefined;

/** Cuts one page out of a list, with the active paging fault applied. */
export function cutWithFault(
  mockProvider: MockProvider,
  request: MockRequest,
  fault: Fault | undefined,
  total: number,
  start: number,
  limit: number,
): Cut {
  const part = cut(total, start, limit);
  switch (fault?.kind) {
    case 'expired-cursor':
      throw new ErrorResponse(mockProvider.badCursor(request));
    case 'empty-list':
      return { from: part.from, to: part.from, next: undefined };
    case 'empty-page':
      return { from: part.from, to: part.from, next: part.from };
    case 'repeated-cursor':
      return { ...part, next: start };
    case 'duplicates':
      return cut(total, Math.max(0, start - (fault.count ?? 3)), limit);
    default:
      return part;
  }
}
