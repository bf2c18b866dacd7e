import { isObject, optional, parseSeconds, type Classify } from '@causeway/http-client';

const SHARE = 'Share the page or database with the integration: in its menu in Notion, under Connections.';

const ADVICE = new Map<string | undefined, string>([
  ['object_not_found', SHARE],
  ['restricted_resource', `${SHARE} The integration also needs the capability for this request.`],
]);

/** https://developers.notion.com/reference/status-codes */
export const classify: Classify = ({ status, body }) => {
  if (status < 400 || !isObject(body)) return undefined;
  const code = optional.string(body['code']) ?? undefined;
  const details = optional.object(body['additional_data']);
  if (status === 429 || status === 529) {
    const isBlocked = details['rate_limit_reason'] === 'public_api_request_blocked';
    const retryAfterMs = isBlocked ? undefined : parseSeconds(details['retry_after']);
    return { reason: isBlocked ? 'quota-exhausted' : 'rate-limited', code, retryAfterMs };
  }
  if (status === 409) return { reason: 'unavailable', code };
  const isCursor = code === 'validation_error' && String(body['message']).includes('start_cursor');
  return status === 400 && isCursor ? { reason: 'cursor-expired', code } : { code, advice: ADVICE.get(code) };
};
