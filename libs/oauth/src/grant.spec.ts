import { readGrant } from './grant.js';

const NOW = 1_000_000;

describe('readGrant', () => {
  it('reads what RFC 6749 describes', () => {
    const response = {
      access_token: 'a',
      refresh_token: 'r',
      expires_in: 3600,
      scope: 'one two',
      token_type: 'Bearer',
    };
    expect(readGrant(response, undefined, NOW)).toEqual({
      accessToken: 'a',
      refreshToken: 'r',
      expiresAt: NOW + 3_600_000,
      refreshExpiresAt: null,
      scopes: ['one', 'two'],
      response,
    });
  });

  it('reads when a refresh token ends, which Airtable says', () => {
    const response = { access_token: 'a', refresh_token: 'r', expires_in: 3600, refresh_expires_in: 5_184_000 };
    expect(readGrant(response, undefined, NOW)?.refreshExpiresAt).toBe(NOW + 5_184_000_000);
  });

  it.each([
    [
      'no lifetime (Notion)',
      { access_token: 'a', refresh_token: null },
      { expiresAt: null, refreshToken: null, scopes: null },
    ],
    [
      'tokens with blanks around them',
      { access_token: ' a\n', refresh_token: '\tr ' },
      { accessToken: 'a', refreshToken: 'r' },
    ],
    ['a refresh token of blanks', { access_token: 'a', refresh_token: ' ' }, { refreshToken: null }],
    ['a lifetime as text', { access_token: 'a', expires_in: '60' }, { expiresAt: NOW + 60_000 }],
    ['a lifetime beyond all bounds', { access_token: 'a', expires_in: 1e300 }, { expiresAt: null }],
    ['a lifetime of no time', { access_token: 'a', expires_in: 5e-324 }, { expiresAt: null }],
    ['a lifetime that is none', { access_token: 'a', expires_in: 'soon' }, { expiresAt: null }],
    ['a token type with a space (Airtable)', { access_token: 'a', token_type: 'Bearer ' }, { accessToken: 'a' }],
    ['scopes as a list (HubSpot)', { access_token: 'a', scopes: ['one', 'two'] }, { scopes: ['one', 'two'] }],
    ['scopes with commas (Slack)', { access_token: 'a', scope: 'one,two' }, { scopes: ['one', 'two'] }],
    ['an empty scope', { access_token: 'a', scope: '' }, { scopes: [] }],
  ])('reads %s', (_name, response, expected) => {
    expect(readGrant(response, undefined, NOW)).toMatchObject(expected);
  });

  it('finds a nested grant only where the top level has none (Slack)', () => {
    const user = { id: 'U1', access_token: 'xoxp', scope: 'search:read', refresh_token: 'xoxe', expires_in: 43_200 };
    expect(readGrant({ ok: true, authed_user: user }, 'authed_user', NOW)).toMatchObject({
      accessToken: 'xoxp',
      refreshToken: 'xoxe',
      scopes: ['search:read'],
    });
    expect(readGrant({ access_token: 'xoxb', authed_user: user }, 'authed_user', NOW)).toMatchObject({
      accessToken: 'xoxb',
    });
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [{}],
    [{ access_token: '' }],
    [{ access_token: ' \n' }],
    [{ access_token: 7 }],
    [{ authed_user: {} }],
  ])('finds no grant in %p', (response) => expect(readGrant(response, 'authed_user', NOW)).toBeNull());
});
