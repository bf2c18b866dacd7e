import { HttpException, Logger } from '@nestjs/common';
import { describeError } from './describe-error.js';
import { Problem } from './problem.js';

const logger = new Logger('Problem');

/** An unexpected error becomes `internal-error`; what it says goes to the log only, with the id of the request. */
export function toProblem(error: unknown, requestId?: string): Problem {
  if (error instanceof Problem) return error;
  if (isConvertible(error)) return error.toProblem();
  const status = statusOf(error);
  if (status === 404)
    return new Problem('not-found', 'No route has this method and path. GET /docs lists all of them.');
  if (status === 413) return new Problem('invalid-request', 'The body is larger than this service accepts.');
  if (status === 415) {
    return new Problem('invalid-request', 'The body has to be application/json or application/x-www-form-urlencoded.');
  }
  // Parse errors of the HTTP layer quote the input, which may hold a secret.
  if (status >= 400 && status < 500) return new Problem('invalid-request', 'The request could not be read.');
  logger.error(`${requestId === undefined ? '' : `request ${requestId}: `}${describeError(error)}`);
  const detail = 'This is a fault of the service, not of your request. Its log has more; try again later.';
  return new Problem('internal-error', detail);
}

/** Errors of other packages that know which problem they are. */
function isConvertible(error: unknown): error is { toProblem(): Problem } {
  return error instanceof Error && 'toProblem' in error && typeof error.toProblem === 'function';
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : 500;
}
