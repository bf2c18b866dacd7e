import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Fault } from '../control/faults.js';
import { cutWithFault, faultResponse, applyTokenFaults, applyLatency } from '../control/apply-fault.js';
import { sendFaulty, transportFault } from '../control/transport-fault.js';
import type { LoggedRequest } from '../control/request-log.js';
import { type MockResponse, ErrorResponse } from './response.js';
import { type MockRequest, type ParsedBody, readHeaders } from './request.js';
import type { RouteContext, Route, AuthorizedSession, MockProvider } from './mock-provider.js';
import type { RateLimitUse } from '../control/rate-limit.js';

interface Served {
  response: MockResponse;
  session: AuthorizedSession | undefined;
  uses: RateLimitUse[];
}

/** Applies faults, checks the token and the rate limits, then calls the handler of the route. */
export async function handleRequest(
  context: RouteContext,
  route: Route,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const { sandbox, mockProvider } = context;
  const path = pathOf(mockProvider, request);
  const faults = sandbox.faults.take({ provider: mockProvider.id, kind: route.kind, path });
  const mockRequest = toMockRequest(context, route, request, path, faults);
  const kind = route.as ?? route.kind;
  sandbox.log.started(mockProvider.id, kind);
  const wait = faults.find((fault) => fault.kind === 'latency');
  if (wait && wait.work !== 'done') await applyLatency(wait);

  applyTokenFaults(context, mockRequest, faults);
  const transport = transportFault(faults);
  const notDone = transport && (transport.work ?? (transport.kind === 'html' ? 'not-done' : 'done')) === 'not-done';
  const served = notDone
    ? { response: { status: 0, body: {} }, session: undefined, uses: [] }
    : respond(context, route, mockRequest, faults);
  if (wait?.work === 'done') await applyLatency(wait);

  const token = sandbox.grants.findAccess(mockProvider.presentedToken(mockRequest));
  const entry: LoggedRequest = {
    at: new Date(sandbox.now()).toISOString(),
    method: mockRequest.method,
    path: route.path.includes(':token') ? route.path : path,
    query: loggedParameters(mockRequest),
    kind,
    status: served.response.status,
    generation: token?.generation ?? null,
    fault: faults.map((fault) => fault.kind).join('+') || null,
  };
  const finished = mockProvider.finalize(mockRequest, served.response, served.session, served.uses);
  if (transport)
    return sendFaulty(transport, finished, reply, (status) =>
      sandbox.log.finished(mockProvider.id, { ...entry, status }),
    );
  sandbox.log.finished(mockProvider.id, entry);
  send(reply, finished);
}

/** A path or method that the provider does not have. Logged, so that a test sees a request that went to the wrong place. */
export function handleUnknownRoute(
  { sandbox, mockProvider }: RouteContext,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const path = pathOf(mockProvider, request);
  const mockRequest = toMockRequest({ sandbox, mockProvider }, { kind: 'data' }, request, path, []);
  const response = mockProvider.finalize(mockRequest, mockProvider.notFound(mockRequest), undefined, []);
  sandbox.log.started(mockProvider.id, 'data');
  const at = new Date(mockRequest.now).toISOString();
  const about = {
    at,
    method: mockRequest.method,
    path,
    query: {},
    kind: 'data',
    generation: null,
    fault: null,
  } as const;
  sandbox.log.finished(mockProvider.id, { ...about, status: response.status });
  send(reply, response);
}

const pathOf = ({ id }: MockProvider, { url }: FastifyRequest) => url.slice(id.length + 1).replace(/\?.*$/, '');

export function send(reply: FastifyReply, { status, headers, body }: MockResponse): void {
  const payload = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  void reply
    .code(status)
    .headers({ 'content-type': type, ...headers })
    .send(payload);
}

function respond(context: RouteContext, route: Route, mockRequest: MockRequest, faults: readonly Fault[]): Served {
  let session: AuthorizedSession | undefined;
  let uses: RateLimitUse[] = [];
  try {
    const forced = faultResponse(context.mockProvider, mockRequest, faults);
    if (forced) return { response: forced, session, uses };
    if (route.kind !== 'data') return { response: route.handle(mockRequest, context), session, uses };
    session = authorizeRequest(context, mockRequest);
    uses = context.sandbox.limits.consume(
      context.mockProvider.id,
      route.rateLimitKeys?.(mockRequest, session) ?? [],
      mockRequest.now,
    );
    const breached = uses.find(({ waitMs }) => waitMs > 0);
    if (breached)
      return { response: context.mockProvider.rateLimited(mockRequest, breached, undefined), session, uses };
    const refused = context.mockProvider.validate?.(mockRequest);
    return { response: refused ?? route.handle(mockRequest, session, context), session, uses };
  } catch (error) {
    if (error instanceof ErrorResponse) return { response: error.response, session, uses };
    throw error;
  }
}

function authorizeRequest({ sandbox, mockProvider }: RouteContext, mockRequest: MockRequest): AuthorizedSession {
  const value = mockProvider.presentedToken(mockRequest);
  if (value === undefined) throw new ErrorResponse(mockProvider.rejectToken(mockRequest, 'missing', undefined));
  const token = sandbox.grants.findAccess(value);
  const known = token?.grant.provider === mockProvider.id ? token : undefined;
  const reason = sandbox.grants.refusal(known, mockRequest.now);
  const app = sandbox.apps.find(mockProvider.id, known?.grant.clientId);
  const account = sandbox.findAccount(mockProvider, known?.grant.accountId);
  if (reason || !known || !app || !account)
    throw new ErrorResponse(mockProvider.rejectToken(mockRequest, reason ?? 'revoked', known));
  const data = sandbox.dataOf(mockProvider.id, account);
  return { ...data, grant: known.grant, app, scopes: new Set(known.grant.scopes) };
}

export function toMockRequest(
  context: RouteContext,
  route: Pick<Route, 'kind'>,
  request: FastifyRequest,
  path: string,
  faults: Fault[],
): MockRequest {
  const body = (request.body as ParsedBody | undefined) ?? { kind: 'none', fields: {} };
  const provider = context.mockProvider.id;
  const mockRequest: MockRequest = {
    method: request.method,
    path,
    params: request.params as Record<string, string>,
    query: request.query as MockRequest['query'],
    rawQuery: request.url.split('?')[1] ?? '',
    headers: readHeaders(request),
    body: body.fields,
    bodyKind: body.kind,
    baseUrl: `${request.protocol}://${request.headers.host ?? '127.0.0.1'}/${provider}`,
    requestId: randomUUID(),
    now: context.sandbox.now(),
    cut: (total, start, limit) => {
      const fault = context.sandbox.faults.takePaging({ provider, kind: route.kind, path }, start);
      if (fault) faults.push(fault);
      return cutWithFault(context.mockProvider, mockRequest, fault, total, start, limit);
    },
  };
  return mockRequest;
}

const LOGGED = /^(start_cursor|page_size|after|limit|offset|pageSize|cursor|archived|types|channel|oldest|latest)$/;

function loggedParameters(mockRequest: MockRequest): Record<string, string> {
  const entries = Object.entries({ ...mockRequest.body, ...mockRequest.query });
  return Object.fromEntries(
    entries.filter(([name]) => LOGGED.test(name)).map(([name, value]) => [name, String(value)]),
  );
}
