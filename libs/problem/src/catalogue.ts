interface ProblemType {
  status: number;
  title: string;
  /** When a request gets it. */
  when: string;
  /** What the caller can do. */
  advice: string;
}

/** All problem types. Clients switch on the slug, which is stable; titles and details may change. */
export const PROBLEMS = {
  'invalid-request': {
    status: 400,
    title: 'The request is not valid',
    when: 'The body, the query or a cursor is wrong.',
    advice: 'Correct the fields that `errors` names. The same request always fails.',
  },
  unauthenticated: {
    status: 401,
    title: 'Credentials are missing or not valid',
    when: 'The request has no API key, session token or cookie, or one that is unknown, expired or revoked.',
    advice: 'Send `Authorization: Bearer <API key or session token>`.',
  },
  forbidden: {
    status: 403,
    title: 'These credentials do not allow this',
    when: 'The credentials are valid, but lack the scope, the organization, the user or the integration.',
    advice: 'Use a key whose scopes and organizations include what `detail` names.',
  },
  'unknown-integration': {
    status: 404,
    title: 'There is no such integration',
    when: 'The path names an integration that does not exist.',
    advice: 'Use an id from `GET /integrations`.',
  },
  'unknown-connection': {
    status: 404,
    title: 'There is no such connection',
    when: 'The connection does not exist, was disconnected, or belongs to somebody else.',
    advice: 'Use an id from `GET /connections`.',
  },
  'unknown-sync': {
    status: 404,
    title: 'There is no such sync',
    when: 'The sync does not exist, was deleted or disconnected, or belongs to somebody else.',
    advice: 'Use an id from `GET /syncs`.',
  },
  'unknown-endpoint': {
    status: 404,
    title: 'There is no such webhook endpoint',
    when: 'The endpoint does not exist, was deleted, or is for organizations of somebody else.',
    advice: 'Use an id from `GET /webhook-endpoints`.',
  },
  'webhook-rejected': {
    status: 401,
    title: 'The webhook was rejected',
    when: "A provider's webhook has no valid signature or is too old, or no secret is set to verify it with.",
    advice:
      'Set the secret that `GET /integrations/setup` names, and see that PUBLIC_URL is the address that the provider sends to.',
  },
  'syncs-not-configured': {
    status: 409,
    title: 'Syncs are not configured',
    when: 'The service stores its data in Redis, and there is no PostgreSQL for the items of syncs.',
    advice: 'The operator sets `DATABASE_URL`.',
  },
  'cursor-too-old': {
    status: 410,
    title: 'Changes after this cursor are no longer kept',
    when: 'Deletes are kept in the feed of a sync for 30 days, and the cursor is older; or the sync was put back from a copy since.',
    advice:
      'Forget what you have of this sync, and read the feed from its beginning, without a cursor (`followSync` does with `startOver`).',
  },
  'not-found': {
    status: 404,
    title: 'There is no such resource',
    when: 'No route has this method and path, or there is no such key or session.',
    advice: 'Compare the method and the path with `/docs`.',
  },
  'integration-not-configured': {
    status: 409,
    title: 'The integration is not configured',
    when: 'The operator has not set a client id and secret for this integration.',
    advice:
      'The operator registers an app with the provider and sets its client id and secret: see `GET /integrations/setup`.',
  },
  'attempt-expired': {
    status: 400,
    title: 'This authorization attempt is no longer valid',
    when: 'The state or the finish code is unknown, was used before, is too old, or comes from another browser.',
    advice: 'Start again with `POST /integrations/{integration}/authorize`.',
  },
  'authorization-denied': {
    status: 403,
    title: 'Access was not granted',
    when: 'The person chose Cancel or Deny.',
    advice: 'Nothing was connected. Offer to connect again.',
  },
  'authorization-failed': {
    status: 502,
    title: 'The provider did not complete the authorization',
    when: 'The provider refused the code, or its response was not usable.',
    advice: 'Start again. If it keeps happening, the operator checks the client id, the secret and the redirect URI.',
  },
  'wrong-user': {
    status: 403,
    title: 'The account was authorized for another user',
    when: 'A finish code was sent for another user than the one for whom the authorization was started.',
    advice: 'Nothing was connected. Let the user who is signed in start again.',
  },
  'wrong-account': {
    status: 409,
    title: 'Another account was authorized',
    when: 'A connection was authorized again, but with another account of the provider.',
    advice:
      'The connection is unchanged. Sign in to the account that the connection has, or connect the other one as a new connection.',
  },
  'not-connected': {
    status: 404,
    title: 'This user has no connection to that integration',
    when: 'The user has not connected an account of this integration, or has disconnected it.',
    advice: 'Connect an account first, with `POST /integrations/{integration}/authorize`.',
  },
  'needs-reconnect': {
    status: 409,
    title: 'Reconnect required',
    when: 'The provider no longer accepts the grant: it was revoked, has expired, or lacks a permission.',
    advice:
      'Let the user authorize the connection again: send its id as `connectionId` to `POST /integrations/{integration}/authorize`.',
  },
  'provider-rejected': {
    status: 502,
    title: 'The provider rejected the request',
    when: 'The provider refused this request for good, for instance because a permission is missing.',
    advice: 'Read `detail` and `providerCode`. The same request fails again.',
  },
  'provider-rate-limited': {
    status: 503,
    title: 'The provider limits the number of requests',
    when: "The provider's rate limit or quota is used up, and waiting for it would take too long.",
    advice: 'Send the request again after `retryAfter` seconds. A streamed load waits by itself.',
  },
  'provider-unavailable': {
    status: 502,
    title: 'The provider is not responding as it should',
    when: 'The provider could not be reached or answered with an error, also after retries.',
    advice: "Try again later, and look at the provider's status page.",
  },
  'provider-timeout': {
    status: 504,
    title: 'The provider did not respond in time',
    when: 'The provider took too long, also after retries.',
    advice: 'Try again later, or ask for fewer items.',
  },
  'too-many-requests': {
    status: 429,
    title: 'Too many requests',
    when: 'A limit of this service is reached: for an address, a credential, a user or an organization.',
    advice: 'Send the request again after `retryAfter` seconds.',
  },
  'shutting-down': {
    status: 503,
    title: 'The process that has the request is shutting down',
    when: 'The process ends, and the request could not be completed before.',
    advice: 'Send the request again: another process takes it.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store cannot be reached',
    when: 'Redis or the embedded store does not respond.',
    advice: 'Try again in a moment. The operator looks at `GET /health/ready`.',
  },
  'internal-error': {
    status: 500,
    title: 'Something went wrong on our side',
    when: 'The service has a fault.',
    advice: 'Tell the operator the `requestId`: the log of the service has more.',
  },
} as const satisfies Record<string, ProblemType>;

export type ProblemSlug = keyof typeof PROBLEMS;
