import type { IntegrationSettings } from '../configuration/configuration.js';
import { effectiveDefinition } from './effective-definition.js';
import { slack } from './slack/slack.definition.js';

const SETTINGS: IntegrationSettings = {
  client: null,
  redirectUri: null,
  scopes: null,
  authorizationUrl: null,
  tokenUrl: null,
  revocationUrl: null,
  apiUrl: null,
  rateLimit: null,
  makesWebhooks: false,
  readsJournal: false,
  webhookSecret: null,
  otherRateLimits: {},
  allowedStorage: new Set(),
};
const limits = (settings: Partial<IntegrationSettings>) =>
  Object.fromEntries(
    effectiveDefinition(slack, { ...SETTINGS, ...settings }, null).rateLimits.map(({ name, requests, seconds }) => [
      name,
      `${requests}/${seconds}`,
    ]),
  );

describe('the rate limits of a definition', () => {
  it.each<[string, Partial<IntegrationSettings>, object]>([
    ['nothing', {}, { 'tier-2': '20/60', history: '50/60' }],
    ['the main limit', { rateLimit: { requests: 5, seconds: 1 } }, { 'tier-2': '5/1', history: '50/60' }],
    [
      'another limit',
      { otherRateLimits: { history: { requests: 1, seconds: 60 } } },
      { 'tier-2': '20/60', history: '1/60', 'tier-3': '50/60' },
    ],
  ])('follow the settings: %s', (_, settings, expected) => {
    expect(limits(settings)).toMatchObject(expected);
  });

  it('are none where the main limit is off', () => {
    expect(limits({ rateLimit: 'off' })).toEqual({});
  });
});
