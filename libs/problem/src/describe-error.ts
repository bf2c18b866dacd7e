import { Problem } from './problem.js';

/** Long enough to be a secret; words and property names are shorter. */
const LONG_RUN = /[\w+/=.~-]{16,}/g;

/**
 * Describes an unexpected error for the log: name, stack, and the parts of its message that cannot be a secret. The message of a syntax
 * error quotes the text that was parsed, so it is left out. Other members of the error (a request, headers) are never included.
 */
export function describeError(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line)) : [];
  const [description, ...causes] = chain(error);
  return [description, ...frames, ...causes].join('\n');
}

/** The same without the stack, for a person who runs a command. */
export function describeErrorBriefly(error: unknown): string {
  return chain(error).join(', ');
}

function chain(error: unknown): string[] {
  const cause = error instanceof Error && error.cause instanceof Error ? [`caused by ${describe(error.cause)}`] : [];
  return [describe(error), ...cause];
}

function describe(error: unknown): string {
  // Node's error for a promise that was rejected with something else quotes it, however short it is.
  if (!(error instanceof Error) || ('code' in error && error.code === 'ERR_UNHANDLED_REJECTION'))
    return 'a value that is not an error was thrown';
  if (error instanceof Problem) return error.message;
  const message = error instanceof SyntaxError ? '' : error.message.replace(LONG_RUN, '…').slice(0, 300);
  return message === '' ? error.name : `${error.name}: ${message}`;
}
