import { isObject, optional, type Failure, type HttpResponse } from '@causeway/http-client';

const BILLING_LIMIT = 'PUBLIC_API_BILLING_LIMIT_EXCEEDED';
const CURSOR_GONE = 'LIST_RECORDS_ITERATOR_NOT_AVAILABLE';

/** https://airtable.com/developers/web/api/errors, and shapes that were only observed: `error` is a text or an object, or `errors` a list. */
export function classify({ status, body }: HttpResponse): Failure | undefined {
  if (status < 400) return undefined;
  const code = errorType(body);
  const shown = code === null ? {} : { code };
  // A month's allowance: waiting does not help, and every further call counts.
  if (code === BILLING_LIMIT) return { reason: 'quota-exhausted', code };
  if (code === CURSOR_GONE) return { reason: 'cursor-expired', code };
  if (status === 401) return { reason: 'unauthorized', ...shown };
  if (status === 403) return { reason: 'forbidden', ...shown };
  if (status === 404) return { reason: 'missing', ...shown };
  return status < 500 && status !== 429 && status !== 408 ? { reason: 'rejected', ...shown } : undefined;
}

function errorType(body: unknown): string | null {
  if (!isObject(body)) return null;
  const { error, errors } = body;
  const [first] = optional.array(errors);
  return (
    optional.string(error) ??
    optional.string(optional.object(error)['type']) ??
    optional.string(optional.object(first)['error'])
  );
}
