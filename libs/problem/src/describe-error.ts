import { Problem } from './problem.js';

/** Long enough to be a secret; words and names of properties are shorter. */
const LONG_RUN = /[\w+/=.~-]{16,}/g;

/**
 * An unexpected error, for a log: its name, where it happened, and of its message what cannot be a secret. A syntax error quotes the
 * text that it was about, so it says nothing; other members of an error (a request, its headers) never get here.
 */
export function describeError(error: unknown): string {
  const frames = error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line)) : [];
  const [said, ...causes] = chain(error);
  return [said, ...frames, ...causes].join('\n');
}

/** The same for a person who starts something: without where in our code it happened. */
export function describeErrorBriefly(error: unknown): string {
  return chain(error).join(', ');
}

function chain(error: unknown): string[] {
  const cause = error instanceof Error && error.cause instanceof Error ? [`caused by ${said(error.cause)}`] : [];
  return [said(error), ...cause];
}

function said(error: unknown): string {
  // What Node makes of a promise that was rejected with something that is no error quotes it, as short as it may be.
  if (!(error instanceof Error) || ('code' in error && error.code === 'ERR_UNHANDLED_REJECTION'))
    return 'something that is no error was thrown';
  // A problem's own sentence holds no secret.
  if (error instanceof Problem) return error.message;
  const message = error instanceof SyntaxError ? '' : error.message.replace(LONG_RUN, '…').slice(0, 300);
  return message === '' ? error.name : `${error.name}: ${message}`;
}
