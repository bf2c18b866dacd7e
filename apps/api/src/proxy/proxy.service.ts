import type { IncomingMessage } from 'node:http';
import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import type { StreamedRequest } from '@causeway/http-client';
import { mayActFor, type Caller } from '../access/caller.js';
import { ConnectionApi } from '../connections/connection-api.js';
import { unknownConnection } from '../connections/connection-credentials.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { actorOf } from '../access/actor.js';
import { AuditTrail } from '../connections/audit-trail.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { allowanceOfPath } from './allowance-of-path.js';
import { answerHeaders } from './answer-headers.js';
import { confine } from './confined-target.js';
import { placeHere } from './place-here.js';
import type { ProxiedAnswer } from './proxied-answer.js';
import { requestBody } from './request-body.js';
import { requestHeaders } from './request-headers.js';

/** Waiting for a turn at the provider; somebody waits for the answer. */
const PATIENCE_MS = 20_000;

/** Hands requests on to a provider's own API, with the credential of a connection. */
@Injectable()
export class ProxyService {
  constructor(
    private readonly connections: ConnectionRepository,
    private readonly registry: IntegrationRegistry,
    private readonly api: ConnectionApi,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * @param signal the caller has gone
   * @returns whatever the provider answered, also its errors
   * @throws Problem or UpstreamError for what never became an answer
   */
  async handOn(
    id: string,
    caller: Caller,
    fastifyRequest: FastifyRequest,
    signal: AbortSignal,
  ): Promise<ProxiedAnswer> {
    const request = fastifyRequest.raw;
    refusePages(request);
    // One read: the credential is in the same record.
    const record = await this.connections.read(id);
    if (record === null || !mayActFor(caller, record)) throw unknownConnection(id);
    const { definition } = this.registry.configured(record.integration);
    const { url, path } = confine(definition.api.url, request.url ?? '');
    const actor = actorOf(caller);
    await Promise.all([this.trail.note(id, { type: 'proxied', actor }), this.connections.touch(id, Date.now())]);
    const { body, contentLength } = await requestBody(request, () => fastifyRequest.allowSlowBody());
    const answer = await this.api.stream(
      record,
      {
        method: request.method as StreamedRequest['method'],
        url,
        headers: {
          ...requestHeaders(request.headers),
          ...(contentLength === undefined ? {} : { 'content-length': contentLength }),
        },
        ...(body === undefined ? {} : { body }),
        ...allowanceOfPath(definition.rateLimits, path),
      },
      { actor, maxWaitMs: PATIENCE_MS, signal },
    );
    const here = (address: string) => placeHere(definition.api.url, id, url, address);
    return { status: answer.status, headers: answerHeaders(answer.headers, here), body: answer.body };
  }
}

/** A browser that would show the answer, or run it, says so; a program's `fetch` is `empty`. */
function refusePages({ headers }: IncomingMessage): void {
  const destination = headers['sec-fetch-dest'];
  if (destination === undefined || destination === 'empty') return;
  throw new Problem(
    'forbidden',
    "The proxy answers programs: a provider's answer is no page or script of this service.",
  );
}
