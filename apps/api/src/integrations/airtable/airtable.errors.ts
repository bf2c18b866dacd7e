import { isObject, optional, type Classify, type FailureReason } from '@causeway/http-client';

const REASONS: Record<string, FailureReason> = {
  // A month's allowance: waiting does not help, and every further request counts.
  PUBLIC_API_BILLING_LIMIT_EXCEEDED: 'quota-exhausted',
  LIST_RECORDS_ITERATOR_NOT_AVAILABLE: 'cursor-expired',
};

/** https://airtable.com/developers/web/api/errors, and shapes that were only observed: `error` is a text or an object, or `errors` a list. */
export const classify: Classify = ({ status, body }) => {
  const code = status < 400 ? undefined : errorType(body);
  const reason = REASONS[code ?? ''];
  return reason === undefined ? { code } : { reason, code };
};

function errorType(body: unknown): string | undefined {
  if (!isObject(body)) return undefined;
  const { error, errors } = body;
  const [first] = optional.array(errors);
  return (
    optional.string(error) ??
    optional.string(optional.object(error)['type']) ??
    optional.string(optional.object(first)['error']) ??
    undefined
  );
}
