import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FieldError } from './problem.js';
import { toProblem } from './to-problem.js';

/** The members of a Fastify reply that the filter uses. */
interface Reply {
  sent: boolean;
  header(name: string, value: string): Reply;
  status(code: number): Reply;
  send(body: unknown): unknown;
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<Reply>();
    if (reply.sent) return;
    const problem = toProblem(error);
    const { retryAfter } = problem.details;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    if (problem.slug === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    const { url, method } = http.getRequest<{ url: string; method: string }>();
    const body = problem.toBody(url.split('?', 1)[0]);
    // A GET has no body, so its invalid fields are in the query.
    if (method === 'GET' && body.errors !== undefined) body.errors = body.errors.map(inQuery);
    reply.header('content-type', 'application/problem+json; charset=utf-8');
    reply.header('cache-control', 'no-store');
    reply.status(problem.status).send(body);
  }
}

function inQuery({ pointer, detail }: FieldError): FieldError {
  return { pointer: pointer.replace(/^\//, '?'), detail };
}
