import { definitions } from '../integrations/definitions.js';
import { rateLimitOfPath } from './rate-limit-of-path.js';

const limitsOf = (id: string) => definitions.find((definition) => definition.id === id)?.rateLimits ?? [];

it.each([
  ['airtable', '/v0/appA1/Tasks', { subject: 'appA1' }],
  ['airtable', '/v0/appA1/Tasks/rec1', { subject: 'appA1' }],
  ['airtable', '/v0/appA1', { subject: 'appA1' }],
  ['airtable', '/v0/meta/bases/appA1/tables', { subject: 'appA1' }],
  ['airtable', '/v0/bases/appA1/webhooks', { subject: 'appA1' }],
  ['airtable', '/v0/meta/bases', { rateLimit: 'user' }],
  ['airtable', '/v0/meta/whoami', { rateLimit: 'user' }],
  ['airtable', '/v0/somewhere', {}],
  ['hubspot', '/crm/objects/2026-09/contacts/search', { rateLimit: 'search' }],
  ['hubspot', '/crm/v3/objects/deals/search', { rateLimit: 'search' }],
  ['hubspot', '/crm/v3/objects/deals', {}],
  ['notion', '/v1/search', {}],
  ['slack', '/api/conversations.list', { subject: 'conversations.list' }],
  ['slack', '/api/users.list', { subject: 'users.list' }],
  ['slack', '/api/auth.teams.list', { subject: 'auth.teams.list' }],
  ['slack', '/api/auth.test', { rateLimit: 'tier-3', subject: 'auth.test' }],
  ['slack', '/api/conversations.history', { rateLimit: 'history', subject: 'conversations.history' }],
  ['slack', '/api/chat.postMessage', { rateLimit: 'tier-4', subject: 'chat.postMessage' }],
  ['slack', '/elsewhere', {}],
])('%s %s counts to the same rate limit as our own loads', (id, path, limit) => {
  expect(rateLimitOfPath(limitsOf(id), path)).toEqual(limit);
});

it('counts a path to no rate limit where there is none', () => {
  expect(rateLimitOfPath([], '/v1/search')).toEqual({});
});
