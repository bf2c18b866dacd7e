/** All problem types. Clients switch on the slug, which is stable; titles and details may change. */
export const PROBLEMS = {
  'invalid-request': { status: 400, title: 'The request is not valid' },
  unauthenticated: { status: 401, title: 'Credentials are missing or not valid' },
  forbidden: { status: 403, title: 'These credentials do not allow this' },
  'unknown-integration': { status: 404, title: 'There is no such integration' },
  'unknown-connection': { status: 404, title: 'There is no such connection' },
  'not-found': { status: 404, title: 'There is no such resource' },
  'integration-not-configured': { status: 409, title: 'The integration is not configured' },
  'attempt-expired': { status: 400, title: 'This authorization attempt is no longer valid' },
  'authorization-denied': { status: 403, title: 'Access was not granted' },
  'authorization-failed': { status: 502, title: 'The provider did not complete the authorization' },
  'wrong-user': { status: 403, title: 'The account was authorized for another user' },
  'wrong-account': { status: 409, title: 'Another account was authorized' },
  'not-connected': { status: 404, title: 'This user has no connection to that integration' },
  'needs-reconnect': { status: 409, title: 'The connection has to be authorized again' },
  'provider-rejected': { status: 502, title: 'The provider rejected the request' },
  'provider-rate-limited': { status: 503, title: 'The provider limits the number of requests' },
  'provider-unavailable': { status: 502, title: 'The provider is not responding as it should' },
  'provider-timeout': { status: 504, title: 'The provider did not respond in time' },
  'too-many-requests': { status: 429, title: 'Too many requests' },
  'shutting-down': { status: 503, title: 'The process that has the request is shutting down' },
  'store-unavailable': { status: 503, title: 'The store cannot be reached' },
  'internal-error': { status: 500, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemSlug = keyof typeof PROBLEMS;
