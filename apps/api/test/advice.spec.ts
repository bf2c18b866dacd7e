import { UpstreamError, failureOf } from '@causeway/http-client';
import { AirtableIntegration } from '../src/integrations/airtable/airtable.integration.js';
import { HubSpotIntegration } from '../src/integrations/hubspot/hubspot.integration.js';
import type { Integration } from '../src/integrations/integration.js';
import { NotionIntegration } from '../src/integrations/notion/notion.integration.js';
import { SlackIntegration } from '../src/integrations/slack/slack.integration.js';

const [airtable, hubspot, notion, slack] = [
  new AirtableIntegration(),
  new HubSpotIntegration(),
  new NotionIntegration(),
  new SlackIntegration(),
];

const missingScopes = (...requiredGranularScopes: unknown[]) => ({
  status: 'error',
  category: 'MISSING_SCOPES',
  errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes } }],
});
const GENERAL = 'Check the scopes and connect again.';

/** What the problem of a refused request tells people to do. */
function detailOf(integration: Integration, status: number, body: unknown): string {
  const failure = failureOf({ status, headers: {}, body }, integration.classify);
  if (failure === undefined) throw new Error('is no failure');
  const { reason, ...context } = failure;
  return new UpstreamError(reason, context).toProblem().detail;
}

test.each<[string, Integration, number, unknown, RegExp]>([
  ['not_in_channel', slack, 200, { ok: false, error: 'not_in_channel' }, /Invite the app to the channel/],
  ['channel_not_found', slack, 200, { ok: false, error: 'channel_not_found' }, /invite the app to it/],
  [
    'missing_scope',
    slack,
    200,
    { ok: false, error: 'missing_scope', needed: 'channels:read,groups:read', provided: 'users:read' },
    /Grant the scopes channels:read, groups:read:/,
  ],
  [
    'one missing scope',
    hubspot,
    403,
    missingScopes('crm.objects.deals.read'),
    /Grant the scope crm\.objects\.deals\.read:/,
  ],
  ['object_not_found', notion, 404, { object: 'error', code: 'object_not_found' }, /Share the page/],
  ['restricted_resource', notion, 403, { object: 'error', code: 'restricted_resource' }, /Share the page/],
  [
    'a base without access',
    airtable,
    403,
    { error: { type: 'INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND' } },
    /user who connected may read this base/,
  ],
])('%s has advice of its own', (_name, integration, status, body, advice) => {
  const detail = detailOf(integration, status, body);
  expect(detail).toMatch(advice);
  expect(detail).not.toContain(GENERAL);
});

test.each<[string, Integration, number, unknown]>([
  ['a scope that is not named', slack, 200, { ok: false, error: 'missing_scope' }],
  ['scopes that are none', hubspot, 403, missingScopes(null, 7, 'a b', '<script>', 'x'.repeat(65))],
  ['a list of errors that is none', hubspot, 403, { category: 'MISSING_SCOPES', errors: 'x' }],
  ['a code without advice', slack, 200, { ok: false, error: 'no_permission' }],
  ['a code of Airtable without advice', airtable, 403, { error: { type: 'constructor' } }],
])('%s has the general advice', (_name, integration, status, body) => {
  expect(detailOf(integration, status, body)).toMatch(new RegExp(`${GENERAL}$`));
});

test('a code that is the name of a property of every object is a code like any other', () => {
  for (const code of ['constructor', 'toString', '__proto__'])
    expect(detailOf(slack, 200, { ok: false, error: code })).toBe('The provider rejected the request.');
});

test('names a few scopes at most', () => {
  const scopes = Array.from({ length: 40 }, (_, at) => `scope.${at}`);
  expect(detailOf(hubspot, 403, missingScopes(...scopes))).toContain('scope.0, scope.1, scope.2, scope.3, scope.4:');
});
