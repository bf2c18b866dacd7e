// A mock provider that costs next to nothing, so that it is not what is measured: it grants every authorization request at once and accepts
// every code. It has the paths of HubSpot and Notion, and CONTACTS contacts and pages.
import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

const CONTACTS = Number(process.env['CONTACTS'] ?? 0);
/** Latency of responses about the account, plus up to half as much at random: without that they would all arrive at the same moment. */
const LATENCY_MS = Number(process.env['LATENCY_MS'] ?? 0);
const FIRST_ID = 100_001;
const counts = { tokens: 0, pages: 0, requests: 0 };
/** The first contacts have changed later than the others, and a search finds only them: `PUT /changed?contacts=100`. */
let changed = { contacts: 0, at: '' };

const json = { 'content-type': 'application/json; charset=utf-8' };
const details = JSON.stringify({
  portalId: 147893286,
  uiDomain: 'app.hubspot.com',
  timeZone: 'UTC',
  companyCurrency: 'EUR',
});

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://provider');
  if (pathname === '/counts') return response.writeHead(200, json).end(JSON.stringify(counts));
  if (pathname === '/changed') {
    changed = { contacts: Number(searchParams.get('contacts')), at: new Date().toISOString() };
    return response.writeHead(204).end();
  }
  counts.requests += 1;
  if (pathname.endsWith('/oauth/authorize')) {
    const back = new URL(searchParams.get('redirect_uri') ?? '');
    back.searchParams.set('code', randomBytes(16).toString('hex'));
    back.searchParams.set('state', searchParams.get('state') ?? '');
    return response.writeHead(302, { location: back.href }).end();
  }
  if (pathname === '/notion/v1/search') return search(request, response);
  if (pathname.endsWith('/contacts/search')) return searchChanged(request, response);
  if (request.method === 'POST')
    return request.resume().on('end', () => response.writeHead(200, json).end(newToken(pathname)));
  if (pathname.endsWith('/contacts')) return response.writeHead(200, json).end(page(searchParams));
  const respond = () => void response.writeHead(200, json).end(details);
  return LATENCY_MS === 0 ? respond() : setTimeout(respond, LATENCY_MS * (1 + Math.random() / 2));
}).listen(Number(process.env['PORT']), '127.0.0.1');

process.on('SIGTERM', () => process.exit(0));

/** @param {string} path */
function newToken(path) {
  counts.tokens += 1;
  const [accessToken, refreshToken] = [randomBytes(90).toString('base64url'), randomBytes(24).toString('base64url')];
  const pair = { token_type: 'bearer', access_token: accessToken, refresh_token: refreshToken };
  // Every consent is for a new account.
  if (path.startsWith('/notion/'))
    return JSON.stringify({
      ...pair,
      bot_id: randomUUID(),
      workspace_id: randomUUID(),
      workspace_name: 'Acme',
      workspace_icon: null,
      owner: { type: 'workspace', workspace: true },
      duplicated_template_id: null,
    });
  return JSON.stringify({
    ...pair,
    expires_in: 1800,
    hub_id: randomBytes(4).readUInt32BE(),
    scopes: [
      'oauth',
      'crm.objects.contacts.read',
      'crm.objects.companies.read',
      'crm.objects.deals.read',
      'tickets',
      'crm.objects.owners.read',
    ],
  });
}

/** @param {URLSearchParams} query */
function page(query) {
  counts.pages += 1;
  // Nobody has archived a contact.
  if (query.get('archived') === 'true') return '{"results":[]}';
  const from = Number(query.get('after') ?? FIRST_ID) - FIRST_ID;
  const to = Math.min(from + Number(query.get('limit') ?? 10), CONTACTS);
  const results = [];
  for (let at = from; at < to; at += 1) results.push(contact(FIRST_ID + at));
  const paging = to < CONTACTS ? `,"paging":{"next":{"after":"${FIRST_ID + to}"}}` : '';
  return `{"results":[${results.join()}]${paging}}`;
}

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function searchChanged(request, response) {
  counts.pages += 1;
  const { filterGroups, limit } = await bodyOf(request);
  /** @type {{ propertyName: string; operator: string; value: string }[]} */
  const filters = filterGroups[0].filters;
  const since = Number(filters.find(({ operator }) => operator === 'GTE')?.value ?? 0);
  const above = Number(filters.find(({ operator }) => operator === 'GT')?.value ?? FIRST_ID - 1);
  const last = Date.parse(changed.at) >= since ? FIRST_ID + changed.contacts - 1 : above;
  const results = [];
  for (let id = above + 1; id <= last && results.length < limit; id += 1) results.push(contact(id));
  response.writeHead(200, json).end(`{"total":${Math.max(0, last - above)},"results":[${results.join()}]}`);
}

/** @param {number} id */
const contact = (id, at = id < FIRST_ID + changed.contacts ? changed.at : '2026-07-08T09:10:11.120Z') =>
  `{"id":"${id}","properties":{"company":"Northwind ${id % 977}","createdate":"2025-03-04T05:06:07.890Z","email":"person.${id}@example.com",` +
  `"firstname":"Mara","hs_object_id":"${id}","hubspot_owner_id":"${id % 13}","jobtitle":"Head of things","lastmodifieddate":"${at}",` +
  `"lastname":"Lindqvist ${id}","lifecyclestage":"lead","phone":"+49 30 ${id}"},"createdAt":"2025-03-04T05:06:07.890Z",` +
  `"updatedAt":"${at}","archived":false,"url":"https://app.hubspot.com/contacts/147893286/record/0-1/${id}"}`;

/** @param {import('node:http').IncomingMessage} request @param {import('node:http').ServerResponse} response */
async function search(request, response) {
  counts.pages += 1;
  const { page_size: size = 10, start_cursor: cursor = '0' } = await bodyOf(request);
  const from = Number(cursor);
  const to = Math.min(from + size, CONTACTS);
  const results = [];
  for (let at = from; at < to; at += 1) results.push(notionPage(at));
  const next = to < CONTACTS ? `"${to}"` : 'null';
  response
    .writeHead(200, json)
    .end(
      `{"object":"list","results":[${results.join()}],"next_cursor":${next},"has_more":${to < CONTACTS},"type":"page_or_data_source"}`,
    );
}

/** @param {number} at */
function notionPage(at) {
  const id = `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`;
  return (
    `{"object":"page","id":"${id}","created_time":"2025-03-04T05:06:00.000Z","last_edited_time":"2026-07-08T09:10:00.000Z",` +
    `"parent":{"type":"workspace","workspace":true},"in_trash":false,"url":"https://www.notion.so/${id.replaceAll('-', '')}",` +
    `"properties":{"Status":{"id":"s","type":"select","select":{"id":"1","name":"Open","color":"blue"}},` +
    `"title":{"id":"title","type":"title","title":[{"type":"text","plain_text":"Notes ${at}","text":{"content":"Notes ${at}","link":null}}]}}}`
  );
}

/** @param {import('node:http').IncomingMessage} request @returns {Promise<any>} */
async function bodyOf(request) {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk;
  return JSON.parse(body || '{}');
}
