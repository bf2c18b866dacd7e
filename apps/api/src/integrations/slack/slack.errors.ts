import { isObject, optional, type Classify, type FailureReason } from '@causeway/http-client';
import { adviceForScopes } from '../missing-scopes.js';

/** https://docs.slack.dev/reference/methods: codes of a 200 with `ok: false`. Any other code is `rejected`. */
const REASONS = new Map<string, FailureReason>([
  ['not_authed', 'unauthorized'],
  ['invalid_auth', 'unauthorized'],
  ['token_expired', 'unauthorized'],
  ['token_revoked', 'unauthorized'],
  ['account_inactive', 'unauthorized'],
  ['org_login_required', 'unauthorized'],
  ['missing_scope', 'forbidden'],
  ['no_permission', 'forbidden'],
  ['access_denied', 'forbidden'],
  ['not_in_channel', 'forbidden'],
  ['ekm_access_denied', 'forbidden'],
  ['channel_not_found', 'missing'],
  ['thread_not_found', 'missing'],
  ['user_not_found', 'missing'],
  ['user_not_visible', 'forbidden'],
  ['invalid_cursor', 'cursor-expired'],
  ['ratelimited', 'rate-limited'],
  ['rate_limited', 'rate-limited'],
  ['internal_error', 'unavailable'],
  ['fatal_error', 'unavailable'],
  ['service_unavailable', 'unavailable'],
  ['request_timeout', 'unavailable'],
  ['team_added_to_org', 'unavailable'],
]);

const ADVICE = new Map<string, string>([
  ['not_in_channel', 'Invite the app to the channel, for example with /invite, and load again.'],
  ['channel_not_found', 'Check the id of the channel; if it is private, invite the app to it.'],
  ['ekm_access_denied', 'The administrators of this workspace have suspended the access to its content.'],
]);

export const classify: Classify = ({ status, body }) => {
  if (status >= 500 || !isObject(body)) return undefined;
  if (body['ok'] === true && status < 400) return undefined;
  const code = optional.string(body['error']);
  if (code === null) return status < 400 ? { reason: 'malformed' } : undefined;
  // Of `missing_scope`: separated by commas.
  const needed = optional.string(body['needed'])?.split(',') ?? [];
  return { reason: REASONS.get(code) ?? 'rejected', code, advice: adviceForScopes(needed) ?? ADVICE.get(code) };
};
