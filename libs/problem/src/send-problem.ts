import type { FieldError, Problem } from './problem.js';

/** The members of a Fastify request that a problem response uses. */
export interface ProblemRequest {
  id: string;
  method: string;
  url: string;
}

/** The members of a Fastify reply that a problem response uses. */
export interface ProblemReply {
  header(name: string, value: string): ProblemReply;
  status(code: number): ProblemReply;
  send(body: unknown): unknown;
}

/** Every problem response is written here. */
export function sendProblem(problem: Problem, { id, method, url }: ProblemRequest, reply: ProblemReply): void {
  const { retryAfter } = problem.details;
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
  if (problem.slug === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
  const body = { ...problem.toBody(url.split('?', 1)[0]), requestId: id };
  // A GET has no body, so its invalid fields are in the query.
  if (method === 'GET' && body.errors !== undefined) body.errors = body.errors.map(inQuery);
  reply.header('content-type', 'application/problem+json; charset=utf-8');
  reply.header('cache-control', 'no-store');
  reply.status(problem.status).send(body);
}

function inQuery({ pointer, detail }: FieldError): FieldError {
  return { pointer: pointer.replace(/^\//, '?'), detail };
}
