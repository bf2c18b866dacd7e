import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../control/faults.js';
import { faultyCut, forcedAnswer, harmToken, waitOf } from '../control/apply-fault.js';
import { sendFaulty, transportFault } from '../control/transport-fault.js';
import type { LoggedRequest } from '../control/request-log.js';
import { type Answer, Refusal } from './answer.js';
import { type Call, type ParsedBody, readHeaders } from './call.js';
import type { Here, Route, Session, StandIn } from './stand-in.js';
import type { Spent } from '../control/allowance.js';

interface Served {
  answer: Answer;
  session: Session | undefined;
  spent: Spent[];
}

/** One request, from the socket through faults, token and limits to the handler and back. */
export async function serve(here: Here, route: Route, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { world, standIn } = here;
  const path = pathOf(standIn, request);
  const faults = world.faults.take({ provider: standIn.id, kind: route.kind, path });
  const call = toCall(here, route, request, path, faults);
  const kind = route.as ?? route.kind;
  world.log.begin(standIn.id, kind);
  const wait = faults.find((fault) => fault.kind === 'latency');
  if (wait && wait.work !== 'done') await waitOf(wait);

  harmToken(here, call, faults);
  const transport = transportFault(faults);
  const notDone = transport && (transport.work ?? (transport.kind === 'html' ? 'not-done' : 'done')) === 'not-done';
  const served = notDone
    ? { answer: { status: 0, body: {} }, session: undefined, spent: [] }
    : answer(here, route, call, faults);
  if (wait?.work === 'done') await waitOf(wait);

  const token = world.grants.findAccess(standIn.presentedToken(call));
  const entry: LoggedRequest = {
    at: new Date(world.now()).toISOString(),
    method: call.method,
    path: route.path.includes(':token') ? route.path : path,
    query: loggable(call),
    kind,
    status: served.answer.status,
    generation: token?.generation ?? null,
    fault: faults.map((fault) => fault.kind).join('+') || null,
  };
  const finished = standIn.finish(call, served.answer, served.session, served.spent);
  if (transport)
    return sendFaulty(transport, finished, reply, (status) => world.log.end(standIn.id, { ...entry, status }));
  world.log.end(standIn.id, entry);
  send(reply, finished);
}

/** A path or method that the provider does not have: logged, so that a test can see the wrong turn. */
export function serveUnknown({ world, standIn }: Here, request: FastifyRequest, reply: FastifyReply): void {
  const path = pathOf(standIn, request);
  const call = toCall({ world, standIn }, { kind: 'data' }, request, path, []);
  const answer = standIn.finish(call, standIn.notFound(call), undefined, []);
  world.log.begin(standIn.id, 'data');
  const at = new Date(call.now).toISOString();
  const about = { at, method: call.method, path, query: {}, kind: 'data', generation: null, fault: null } as const;
  world.log.end(standIn.id, { ...about, status: answer.status });
  send(reply, answer);
}

const pathOf = ({ id }: StandIn, { url }: FastifyRequest) => url.slice(id.length + 1).replace(/\?.*$/, '');

export function send(reply: FastifyReply, { status, headers, body }: Answer): void {
  const payload = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  void reply
    .code(status)
    .headers({ 'content-type': type, ...headers })
    .send(payload);
}

function answer(here: Here, route: Route, call: Call, faults: readonly Fault[]): Served {
  let session: Session | undefined;
  let spent: Spent[] = [];
  try {
    const forced = forcedAnswer(here.standIn, call, faults);
    if (forced) return { answer: forced, session, spent };
    if (route.kind !== 'data') return { answer: route.handle(call, here), session, spent };
    session = open(here, call);
    spent = here.world.limits.spend(here.standIn.id, route.draws?.(call, session) ?? [], call.now);
    const breached = spent.find(({ waitMs }) => waitMs > 0);
    if (breached) return { answer: here.standIn.rateLimited(call, breached, undefined), session, spent };
    const refused = here.standIn.admit?.(call);
    return { answer: refused ?? route.handle(call, session), session, spent };
  } catch (error) {
    if (error instanceof Refusal) return { answer: error.answer, session, spent };
    throw error;
  }
}

function open({ world, standIn }: Here, call: Call): Session {
  const value = standIn.presentedToken(call);
  if (value === undefined) throw new Refusal(standIn.refuseToken(call, 'missing', undefined));
  const token = world.grants.findAccess(value);
  const known = token?.grant.provider === standIn.id ? token : undefined;
  const why = world.grants.refusal(known, call.now);
  const app = world.apps.find(standIn.id, known?.grant.clientId);
  const account = standIn.accounts.find(({ id }) => id === known?.grant.accountId);
  if (why || !known || !app || !account) throw new Refusal(standIn.refuseToken(call, why ?? 'revoked', known));
  const sizes = world.sizesOf(standIn.id, account);
  const seed = world.seedOf(standIn.id, account);
  return { grant: known.grant, app, account, sizes, seed, scopes: new Set(known.grant.scopes) };
}

export function toCall(
  here: Here,
  route: Pick<Route, 'kind'>,
  request: FastifyRequest,
  path: string,
  faults: Fault[],
): Call {
  const body = (request.body as ParsedBody | undefined) ?? { kind: 'none', fields: {} };
  const provider = here.standIn.id;
  const call: Call = {
    method: request.method,
    path,
    params: request.params as Record<string, string>,
    query: request.query as Call['query'],
    rawQuery: request.url.split('?')[1] ?? '',
    headers: readHeaders(request),
    body: body.fields,
    bodyKind: body.kind,
    baseUrl: `${request.protocol}://${request.headers.host ?? '127.0.0.1'}/${provider}`,
    requestId: randomUUID(),
    now: here.world.now(),
    cut: (total, start, limit) => {
      const fault = here.world.faults.takePaging({ provider, kind: route.kind, path }, start);
      if (fault) faults.push(fault);
      return faultyCut(here.standIn, call, fault, total, start, limit);
    },
  };
  return call;
}

const LOGGED = /^(start_cursor|page_size|after|limit|offset|pageSize|cursor|archived|types|channel|oldest|latest)$/;

function loggable(call: Call): Record<string, string> {
  const entries = Object.entries({ ...call.body, ...call.query });
  return Object.fromEntries(
    entries.filter(([name]) => LOGGED.test(name)).map(([name, value]) => [name, String(value)]),
  );
}
