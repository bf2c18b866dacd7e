import { randomUUID } from 'node:crypto';
import { type MockResponse, json, ErrorResponse } from '../core/response.js';
import type { MockRequest } from '../core/request.js';
import type { RateLimitUse } from '../control/rate-limit.js';
import { iso } from '../data/timestamps.js';
import type { PresentedToken, TokenRefusal } from '../oauth/grants.js';

type Category =
  | 'VALIDATION_ERROR'
  | 'INVALID_AUTHENTICATION'
  | 'EXPIRED_AUTHENTICATION'
  | 'MISSING_SCOPES'
  | 'OBJECT_NOT_FOUND'
  | 'SERVICE_UNAVAILABLE';

const problem = (status: number, category: Category, message: string, more: object = {}): MockResponse =>
  json(status, { status: 'error', message, correlationId: randomUUID(), category, ...more });

export const invalid = (message: string): ErrorResponse => new ErrorResponse(problem(400, 'VALIDATION_ERROR', message));

export const unknownObject = (): MockResponse => problem(404, 'OBJECT_NOT_FOUND', 'resource not found');

export const missingScopes = (...requiredGranularScopes: string[]): ErrorResponse =>
  new ErrorResponse(
    problem(403, 'MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call.", {
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes } }],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
    }),
  );

export function refuseToken({ now }: MockRequest, why: TokenRefusal, token: PresentedToken | undefined): MockResponse {
  if (why === 'expired' && token?.expiresAt !== undefined) {
    const seconds = Math.floor((now - token.expiresAt) / 1000);
    return problem(
      401,
      'EXPIRED_AUTHENTICATION',
      `The OAuth token used to make this call expired ${seconds} second(s) ago.`,
      {
        context: { 'expire time': [iso(token.expiresAt)] },
      },
    );
  }
  return problem(
    401,
    'INVALID_AUTHENTICATION',
    'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  );
}

/** No Retry-After: none is documented for API clients. */
export function rateLimited(use: RateLimitUse | undefined, reason: string | undefined): MockResponse {
  const policy = reason?.toUpperCase() ?? (use?.rule === 'search' ? 'SECONDLY' : 'TEN_SECONDLY_ROLLING');
  return json(429, {
    status: 'error',
    message: `You have reached your ${policy.toLowerCase()} limit.`,
    errorType: 'RATE_LIMIT',
    correlationId: randomUUID(),
    policyName: policy,
    requestId: randomUUID(),
  });
}

export function serverError(status: number): MockResponse {
  // 477: the account moves between data centres; the one error with a documented Retry-After.
  if (status === 477) return { status, headers: { 'retry-after': '3600' }, body: {} };
  if (status === 502 || status === 504 || status >= 520) {
    const body = `<html><body><h1>${status}</h1>The upstream server did not answer</body></html>`;
    return { status, headers: { 'content-type': 'text/html' }, body };
  }
  return problem(status, 'SERVICE_UNAVAILABLE', 'Something went wrong on our side.');
}
