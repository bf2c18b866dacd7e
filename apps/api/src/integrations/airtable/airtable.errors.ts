import { isObject, optional, type Classify, type FailureReason } from '@causeway/http-client';

const REASONS = new Map<string, FailureReason>([
  // A month's allowance: waiting does not help, and every further request counts.
  ['PUBLIC_API_BILLING_LIMIT_EXCEEDED', 'quota-exhausted'],
  ['LIST_RECORDS_ITERATOR_NOT_AVAILABLE', 'cursor-expired'],
]);

const NO_ACCESS =
  'Check that the user who connected may read this base, and connect again to select it among those that are shared.';

const ADVICE = new Map<string, string>([
  ['INVALID_PERMISSIONS', NO_ACCESS],
  ['INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND', NO_ACCESS],
]);

/** https://airtable.com/developers/web/api/errors, and shapes that were only observed: `error` is a text or an object, or `errors` a list. */
export const classify: Classify = ({ status, body }) => {
  const code = status < 400 ? undefined : errorType(body);
  if (code === undefined) return undefined;
  const reason = REASONS.get(code);
  return { ...(reason && { reason }), code, advice: ADVICE.get(code) };
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
