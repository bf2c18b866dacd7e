import { CausewayError, createCauseway, type CausewayClient, type ProblemDetails } from '@causeway/client';
import { texts } from '../texts.js';

/** The browser authenticates with a cookie that this page cannot read. `onUnauthorized` is called when it is refused. */
export function createClient(onUnauthorized: () => void): CausewayClient {
  const client = createCauseway();
  client.use({
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
