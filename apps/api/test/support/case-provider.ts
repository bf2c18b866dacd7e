import type { IncomingMessage } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { text } from 'node:stream/consumers';
import { startPlainProvider } from './plain-provider.js';
import type { IntegrationId } from './integration-ids.js';

type Json = Record<string, unknown>;

export interface Answer {
  path: string;
  query?: Record<string, string | null>;
  json?: Json;
  status?: number;
  body: Json;
  formula?: boolean;
}

export interface Expectation {
  item?: string;
  at?: string;
  equal?: unknown;
  has?: string[];
  lacks?: string[];
  matches?: string;
  ids?: string[];
}

/** `apps/api/test/cases/README.md` says what the fields are. */
export interface Case {
  provider: IntegrationId;
  fault: string;
  do: 'load' | 'pages' | 'account' | 'refused' | 'shared';
  load?: { type: string; parent?: string; updatedSince?: string; limit?: number };
  token?: Json;
  refresh?: { status: number; body: Json };
  introspection?: Json;
  answers?: Answer[];
  expect: Expectation[];
}

/** A usual token response, by what each provider documents. */
const TOKENS: Record<IntegrationId, Json> = {
  notion: {
    token_type: 'bearer',
    bot_id: 'bot-1',
    workspace_id: 'workspace-1',
    workspace_name: 'Harbour',
    owner: { type: 'user', user: { object: 'user', id: 'u-1' } },
  },
  airtable: { token_type: 'Bearer', expires_in: 3600, scope: 'schema.bases:read data.records:read user.email:read' },
  hubspot: { token_type: 'bearer', expires_in: 1800, hub_id: 4711, user_id: 9, scopes: ['oauth'] },
  slack: {
    ok: true,
    token_type: 'bot',
    scope: 'channels:read,users:read,channels:history',
    bot_user_id: 'UBOT',
    app_id: 'A1',
    team: { id: 'T1', name: 'Harbour' },
    enterprise: null,
  },
};

/** What every account answers beside the answers of a case. */
const USUAL: Record<IntegrationId, Answer[]> = {
  notion: [{ path: '/v1/users/me', body: { object: 'user', id: 'bot-1', type: 'bot' } }],
  airtable: [{ path: '/v0/meta/whoami', body: { id: 'usr1', email: 'kim@harbour.example' } }],
  hubspot: [{ path: '/account-info/2026-09/details', body: { portalId: 4711, uiDomain: 'app.hubspot.com' } }],
  slack: [{ path: '/api/auth.test', body: { ok: true, url: 'https://harbour.slack.com/', user_id: 'UBOT' } }],
};

export interface CaseProvider {
  url: string;
  /** Grants that were revoked. */
  revoked: string[];
  play(scenario: Case): void;
  stop(): void;
}

/** All four providers at one address, each below its id: OAuth, and the answers of the case that is played. */
export async function startCaseProvider(): Promise<CaseProvider> {
  const plain = await startPlainProvider();
  let scenario: Case | undefined;
  let issued = 0;
  const provider: CaseProvider = {
    url: plain.url,
    revoked: [],
    play(next) {
      scenario = next;
      provider.revoked = [];
    },
    stop: () => plain.stop(),
  };

  const tokens = async (request: IncomingMessage): Promise<{ status: number; body: Json }> => {
    if (scenario === undefined) return { status: 400, body: {} };
    const sent = await text(request);
    if (sent.includes('refresh_token') && !sent.includes('authorization_code') && scenario.refresh !== undefined)
      return scenario.refresh;
    issued += 1;
    const grant = scenario.do === 'shared' ? 'shared' : String(issued);
    const { provider: id } = scenario;
    const refreshToken = id === 'slack' ? {} : { refresh_token: `refresh-${grant}` };
    return {
      status: 200,
      body: { ...TOKENS[id], ...refreshToken, access_token: `access-${grant}`, ...scenario.token },
    };
  };

  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const url = new URL(request.url ?? '', plain.url);
    const path = url.pathname.replace(/^\/\w+/, '');
    if (path === '/oauth/token') return tokens(request);
    if (path === '/oauth/token/introspect') return { status: 200, body: scenario?.introspection ?? { active: true } };
    if (path === '/oauth/revoke') {
      provider.revoked.push(await text(request));
      return { status: 200, body: { ok: true } };
    }
    if (scenario === undefined) return { status: 404, body: {} };
    const sent = request.method === 'POST' ? (JSON.parse(await text(request)) as Json) : {};
    const answers = [...(scenario.answers ?? []), ...USUAL[scenario.provider]];
    const found = answers.find((entry) => entry.path === path && fits(entry, url.searchParams, sent));
    if (found === undefined) return { status: 404, body: { ok: false, error: 'unknown_method' } };
    const formula = url.searchParams.get('filterByFormula');
    const body = found.formula === true && formula !== null ? filtered(found.body, formula) : found.body;
    return { status: found.status ?? 200, body };
  };

  plain.answer = (request, response) => {
    const url = new URL(request.url ?? '', plain.url);
    if (url.pathname.endsWith('/oauth/authorize')) {
      const back = new URL(url.searchParams.get('redirect_uri') ?? '');
      back.search = new URLSearchParams({ code: 'code', state: url.searchParams.get('state') ?? '' }).toString();
      response.writeHead(302, { location: back.href }).end();
      return;
    }
    answer(request).then(
      ({ status, body }) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      () => response.destroy(),
    );
  };
  return provider;
}

function fits({ query = {}, json: wanted = {} }: Answer, given: URLSearchParams, sent: Json): boolean {
  return (
    Object.entries(query).every(([name, value]) => given.get(name) === value) &&
    Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(sent[name] ?? null, value))
  );
}

/** The terms of Airtable's formula language that compare the two times of a record with a constant. */
const TERM = /(IS_AFTER|IS_BEFORE|IS_SAME)\((CREATED_TIME|LAST_MODIFIED_TIME)\(\),\s*['"]([^'"]+)['"]\)/g;

function filtered(body: Json, formula: string): Json {
  const terms = [...formula.matchAll(TERM)];
  const isKnown = formula.replace(TERM, '').replace(/OR|AND|[\s(),]/g, '') === '';
  if (terms.length === 0 || !isKnown) return { error: { type: 'INVALID_FILTER_BY_FORMULA' } };
  const holds = ({ createdTime, __modified: modified }: Json, [, name, of, constant = '']: RegExpMatchArray) => {
    const time = of === 'CREATED_TIME' ? createdTime : modified;
    // A comparison with a blank time is no truth.
    if (typeof time !== 'string') return false;
    const difference = Date.parse(time) - Date.parse(constant);
    return name === 'IS_AFTER' ? difference > 0 : name === 'IS_BEFORE' ? difference < 0 : difference === 0;
  };
  const records = (body['records'] as Json[]).filter((record) => {
    const results = terms.map((term) => holds(record, term));
    return formula.trimStart().startsWith('AND') ? results.every(Boolean) : results.some(Boolean);
  });
  return { ...body, records };
}
