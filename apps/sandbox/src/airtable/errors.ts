import { type MockResponse, json, ErrorResponse } from '../core/response.js';

/** Airtable's errors come in several shapes; which one depends on the case, and a reader has to take them all. */
const typed = (status: number, type: string, message?: string): MockResponse =>
  json(status, { error: { type, ...(message === undefined ? {} : { message }) } });

/** A string where the others have an object. */
export const notFound = (): MockResponse => json(404, { error: 'NOT_FOUND' });

/** Airtable does not tell a missing permission from a missing model. */
export const forbidden = (): ErrorResponse =>
  new ErrorResponse(
    typed(
      403,
      'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND',
      'Invalid permissions, or the requested model was not found. Check that both your user and your token have the required permissions, and that the model names and/or ids are correct.',
    ),
  );

export const unprocessable = (type: string, message: string): ErrorResponse =>
  new ErrorResponse(typed(422, type, message));

/** What the caller's role in the base does not allow. */
export const notPermitted = (): ErrorResponse =>
  new ErrorResponse(typed(403, 'INVALID_PERMISSIONS', 'You are not permitted to perform this operation'));

export const invalidRequest = (): ErrorResponse =>
  unprocessable('INVALID_REQUEST_UNKNOWN', 'Invalid request: parameter validation failed. Check your request data.');

export const unauthenticated = (): MockResponse => typed(401, 'AUTHENTICATION_REQUIRED', 'Authentication required');

/** After minutes the server forgets an offset; reading starts again at the first page. No message. */
export const iteratorGone = (): MockResponse => typed(422, 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE');

export function rateLimited(reason: string | undefined): MockResponse {
  // No Retry-After in either case; the documentation says to wait 30 seconds after the first, and the second ends
  // with the month.
  const billing = reason === 'billing' || reason === 'PUBLIC_API_BILLING_LIMIT_EXCEEDED';
  const error = billing ? 'PUBLIC_API_BILLING_LIMIT_EXCEEDED' : 'RATE_LIMIT_REACHED';
  const message = billing
    ? 'Your workspace has exceeded its monthly API call limit.'
    : 'Rate limit exceeded. Please try again later';
  return json(429, { errors: [{ error, message }] });
}

export function serverError(status: number): MockResponse {
  if (status === 500) return typed(500, 'SERVER_ERROR', 'Try again. If the problem persists, contact support.');
  return { status, headers: { 'content-type': 'text/plain' }, body: 'The service is temporarily unavailable.' };
}
