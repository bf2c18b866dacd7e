import type { IncomingMessage } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { StreamedRequest } from '@causeway/http-client';
import { Problem } from '@causeway/problem';
import { actorOf } from '../access/actor.js';
import { AuthorizationWatch } from '../access/authorization-watch.js';
import { callerOf, mayActFor, type AuthenticatedRequest } from '../access/caller.js';
import { ConcurrencyLimit } from '../access/concurrency-limit.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { AuditLog } from '../connections/audit-log.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { unknownConnection } from '../connections/connection-credentials.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { rateLimitOfPath } from './rate-limit-of-path.js';
import { requestBody } from './request-body.js';
import { requestHeaders } from './request-headers.js';
import { responseHeaders } from './response-headers.js';
import { sendResponse } from './send-response.js';
import { resolveTarget, rewriteLocation } from './target.js';

/** The most milliseconds that a request waits for the provider's rate limits: its caller waits for the response. */
const MAX_WAIT_MS = 20_000;

export type ProxiedRequest = AuthenticatedRequest & FastifyRequest<{ Params: { id: string } }>;

/** Forwards requests to a provider's own API, with the credential of a connection. */
@Injectable()
export class ProxyService {
  private readonly limit;

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly auditLog: AuditLog,
    @Inject(CONFIGURATION) { limits }: Configuration,
  ) {
    const organization = { name: 'this organization', limit: limits.proxiedPerOrganization };
    this.limit = new ConcurrencyLimit('proxied calls', [organization] as const);
  }

  /**
   * Sends whatever the provider answers, also its errors.
   * @throws Problem or UpstreamError if there is no response; `too-many-requests` for an organization with too many calls in flight
   */
  async forward(fastifyRequest: ProxiedRequest, reply: FastifyReply): Promise<void> {
    const { raw: request, params } = fastifyRequest;
    const { id } = params;
    const caller = callerOf(fastifyRequest);
    refuseDocuments(request);
    // One read: the credential is in the same record.
    const record = await this.connections.read(id);
    if (record === null || !mayActFor(caller, record)) throw unknownConnection(id);
    const { definition } = this.registry.configured(record.integration);
    const { url, path, decodedPath } = resolveTarget(definition.api.url, request.url ?? '');
    const release = this.limit.acquire([record.orgId]);
    if (reply.raw.destroyed) release();
    else reply.raw.once('close', release);
    const actor = actorOf(caller);
    await Promise.all([this.auditLog.append(record, { type: 'proxied', actor }), this.connections.touch(id)]);
    const { body, contentLength } = await requestBody(request, () => fastifyRequest.allowSlowBody());
    const headers = requestHeaders(request.headers);
    if (contentLength !== undefined) headers['content-length'] = contentLength;
    const method = request.method as StreamedRequest['method'];
    const response = await this.api.stream(
      record,
      { method, url, path, headers, body, ...rateLimitOfPath(definition.rateLimits, decodedPath) },
      { actor, maxWaitMs: MAX_WAIT_MS, signal: this.whileAllowed(fastifyRequest, reply) },
    );
    const rewrite = (location: string) => rewriteLocation(definition.api.url, id, url, location);
    sendResponse(reply, {
      ...response,
      headers: responseHeaders(response.headers, definition.api.ownHeaders ?? [], rewrite),
    });
  }

  /** Aborts when the client disconnects or loses access, or when the connection is gone: an answer may take hours. */
  private whileAllowed({ isStillAuthorized, params: { id } }: ProxiedRequest, { raw }: FastifyReply): AbortSignal {
    const watch = new AuthorizationWatch(async () => {
      const [isAuthorized, record] = await Promise.all([isStillAuthorized?.(), this.connections.read(id)]);
      return isAuthorized === true && record !== null;
    });
    raw.once('close', () => {
      // An abort costs something, and nearly all responses are sent to their end.
      if (raw.writableFinished) watch.stop();
      else watch.disconnect();
    });
    // It closed while the body was read: the event does not come again.
    if (raw.destroyed) watch.disconnect();
    return watch.signal;
  }
}

/** A browser says if it would show or execute the response; a program's `fetch` is `empty`. */
function refuseDocuments({ headers }: IncomingMessage): void {
  const destination = headers['sec-fetch-dest'];
  if (destination === undefined || destination === 'empty') return;
  throw new Problem(
    'forbidden',
    "The proxy answers programs: a provider's response is no page or script of this service.",
  );
}
