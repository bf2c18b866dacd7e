/** Long enough to be a secret; words and names of properties are shorter. */
const LONG_RUN = /[\w+/=.~-]{16,}/g;

/**
 * An unexpected error, for a log: its name, where it happened, and of its message what cannot be a secret. A syntax error quotes the
 * text that it was about, so it says nothing; other members of an error (a request, its headers) never get here.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const message = error instanceof SyntaxError ? '' : error.message.replace(LONG_RUN, '…').slice(0, 300);
  const frames = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line));
  const cause = error.cause instanceof Error ? [`caused by ${error.cause.name}`] : [];
  return [message === '' ? error.name : `${error.name}: ${message}`, ...frames, ...cause].join('\n');
}
