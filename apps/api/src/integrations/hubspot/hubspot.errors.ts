import { isObject, optional, type Classify, type JsonObject } from '@causeway/http-client';
import { adviceForScopes } from '../missing-scopes.js';

const POLICY_WAIT_MS = new Map([
  ['TEN_SECONDLY_ROLLING', 10_000],
  ['SECONDLY', 1_000],
]);
const LOCKED = 423;
const LOCKED_WAIT_MS = 2_000;
/** Observed for a token that is none. */
const MALFORMED_TOKEN = 530;

/** https://developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines; any member may be absent. */
export const classify: Classify = ({ status, body }) => {
  if (status < 400 || !isObject(body)) return undefined;
  const code = optional.string(body['category']) ?? optional.string(body['errorType']) ?? undefined;
  const policy = optional.string(body['policyName']) ?? '';
  if (status === 429 && policy === 'DAILY') return { reason: 'quota-exhausted', code };
  if (status === 429) return { code, retryAfterMs: POLICY_WAIT_MS.get(policy) };
  // Unlike any other 401: see `refresh` of the definition.
  if (status === 401) return { code, hasExpired: code === 'EXPIRED_AUTHENTICATION' };
  if (status === 403) return { code, advice: adviceForScopes(requiredScopes(body)) };
  if (status === LOCKED) return { code, retryAfterMs: LOCKED_WAIT_MS };
  return status === MALFORMED_TOKEN ? { reason: 'unauthorized', code } : { code };
};

/** Of `MISSING_SCOPES`. */
function requiredScopes({ errors }: JsonObject): unknown[] {
  return optional.array(errors).flatMap((error) => {
    const { requiredGranularScopes } = optional.object(optional.object(error)['context']);
    return optional.array(requiredGranularScopes);
  });
}
