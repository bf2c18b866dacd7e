import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpClient } from '@causeway/http-client';
import { TokenClient, type OAuthProvider } from '@causeway/oauth';
import { airtable } from '../src/integrations/airtable/airtable.definition.js';
import { hubspot } from '../src/integrations/hubspot/hubspot.definition.js';
import { notion } from '../src/integrations/notion/notion.definition.js';
import { slack } from '../src/integrations/slack/slack.definition.js';

const HELD = { accessToken: 'access', refreshToken: 'refresh', expiresAt: null, scopes: [] };

/** How each provider refuses a refresh, by its documentation and by what was observed. */
const REFUSALS: [OAuthProvider, number, object, string][] = [
  [hubspot, 400, { status: 'BAD_REFRESH_TOKEN', message: 'missing or invalid refresh token' }, 'revoked'],
  [hubspot, 400, { error: 'invalid_grant', status: 'BAD_REFRESH_TOKEN' }, 'revoked'],
  [hubspot, 400, { status: 'BAD_CLIENT_SECRET', message: 'missing or invalid client secret' }, 'configuration'],
  [hubspot, 400, { status: 'BAD_CLIENT_ID', message: 'missing or invalid client id' }, 'configuration'],
  [notion, 400, { error: 'invalid_grant' }, 'revoked'],
  [notion, 400, { object: 'error', status: 400, code: 'invalid_grant' }, 'revoked'],
  [notion, 401, { object: 'error', status: 401, code: 'unauthorized' }, 'configuration'],
  [notion, 409, { object: 'error', status: 409, code: 'conflict_error' }, 'conflict'],
  [airtable, 400, { error: 'invalid_grant', error_description: 'The grant is not valid' }, 'revoked'],
  [airtable, 400, { error: { type: 'INVALID_GRANT', message: 'The grant is not valid' } }, 'revoked'],
  [airtable, 401, { error: 'invalid_client' }, 'configuration'],
  [slack, 200, { ok: false, error: 'invalid_refresh_token' }, 'revoked'],
  [slack, 200, { ok: false, error: 'bad_client_secret' }, 'configuration'],
  [slack, 200, { ok: false, error: 'internal_error' }, 'transient'],
];

const cases = REFUSALS.map(([definition, ...refusal]) => [definition.name, ...refusal, definition] as const);

test.each(cases)('%s: %i %j is %s', async (_name, status, body, kind, definition) => {
  const server = createServer((_request, response) => response.writeHead(status).end(JSON.stringify(body)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const http = new HttpClient();
  const provider = { ...definition, token: { ...definition.token, url } };
  const client = { clientId: 'id', clientSecret: 'secret', redirectUri: 'http://here', scopes: [] };
  try {
    expect(await new TokenClient(http, { provider, ...client }).refresh(HELD)).toMatchObject({ failure: { kind } });
  } finally {
    await http.close();
    server.close();
  }
});
