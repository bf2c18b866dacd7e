import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { describeError } from './describe-error.js';
import { Problem, type FieldError } from './problem.js';

/** What the filter needs of an HTTP reply; Fastify's fits. */
interface Reply {
  sent: boolean;
  header(name: string, value: string): Reply;
  status(code: number): Reply;
  send(body: unknown): unknown;
}

/** Whatever the reader may not know of an unexpected error goes to the log and nowhere else. */
const UNEXPECTED = 'This is a fault of the service, not of your request. Its log has more; try again later.';

/** The only place where an error becomes an answer. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const reply = http.getResponse<Reply>();
    if (reply.sent) return;
    const problem = this.toProblem(error);
    const { retryAfter } = problem.details;
    if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter));
    if (problem.slug === 'unauthenticated') reply.header('www-authenticate', 'Bearer');
    const { url, method } = http.getRequest<{ url: string; method: string }>();
    const body = problem.toBody(url.split('?', 1)[0]);
    // A GET has no body: whoever found a fault in its input found it in the query.
    if (method === 'GET' && body.errors !== undefined) body.errors = body.errors.map(inQuery);
    reply.header('content-type', 'application/problem+json; charset=utf-8');
    reply.header('cache-control', 'no-store');
    reply.status(problem.status).send(body);
  }

  /** Also for callers that answer in another form, such as the callback page. */
  toProblem(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (knowsItsProblem(error)) return error.toProblem();
    const status = statusOf(error);
    if (status === 404)
      return new Problem('not-found', 'No route has this method and path. GET /docs lists all of them.');
    if (status === 413) return new Problem('invalid-request', 'The body is larger than this service accepts.');
    if (status === 415) {
      return new Problem(
        'invalid-request',
        'The body has to be application/json or application/x-www-form-urlencoded.',
      );
    }
    // Parse errors of the HTTP layer quote the input; the input may hold a secret.
    if (status >= 400 && status < 500) return new Problem('invalid-request', 'The request could not be read.');
    this.logger.error(describeError(error));
    return new Problem('internal-error', UNEXPECTED);
  }
}

function inQuery({ pointer, detail }: FieldError): FieldError {
  return { pointer: pointer.replace(/^\//, '?'), detail };
}

/** Errors of other layers that say themselves how they are told to a caller. */
function knowsItsProblem(error: unknown): error is { toProblem(): Problem } {
  return error instanceof Error && 'toProblem' in error && typeof error.toProblem === 'function';
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
