import { CausewayError, createCauseway, type CausewayClient, type ProblemDetails } from '@causeway/client';
import { texts } from '../texts.js';

const INTEGRATIONS = '/integrations/details';

/** Takes what index.html preloads, at once: later it would be the answer to somebody who was not signed in, or of a service that was down. */
let preloaded: Promise<Response | null> | null = fetch(INTEGRATIONS).then(
  (response) => (response.ok ? response : null),
  () => null,
);

/**
 * The browser authenticates with a cookie that this page cannot read. `onUnauthorized` is called when it is refused.
 * @param isFirst whether nobody else was signed in since the page was opened
 */
export function createClient(onUnauthorized: () => void, isFirst: boolean): CausewayClient {
  const client = createCauseway();
  if (!isFirst) preloaded = null;
  client.use({
    async onRequest({ schemaPath }) {
      if (schemaPath !== INTEGRATIONS || preloaded === null) return undefined;
      const response = preloaded;
      preloaded = null;
      return (await response) ?? undefined;
    },
    onResponse({ request, response }) {
      // A request with a key of its own says nothing of the cookie.
      if (response.status === 401 && !request.headers.has('authorization')) onUnauthorized();
    },
  });
  return client;
}

export function problemOf(error: unknown): ProblemDetails {
  return error instanceof CausewayError ? forUsers(error.problem) : texts.problem.unexpected;
}

/** The service describes a 401 for developers. */
export const forUsers = (problem: ProblemDetails): ProblemDetails =>
  problem.status === 401 ? { ...problem, title: texts.session.expired, detail: texts.session.expiredDetail } : problem;
