import { Inject, Injectable } from '@nestjs/common';
import type { Span } from '@opentelemetry/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AuthenticatedRequest } from '../access/caller.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { partitionOfConnection } from '../store/partition.js';
import { Metrics } from '../metrics/metrics.js';
import { Shutdown } from '../shutdown/shutdown.js';
import { IS_CARRIED_BY_ENGINE, runIn } from '../tracing/trace-context.js';
import { readTraceparent } from '../tracing/traceparent.js';
import { Tracing } from '../tracing/tracing.js';
import { logOutput } from './log-output.js';
import { RequestLog } from './request-log.js';

/** As nginx logs a client that has gone before the response began. */
const CLIENT_CLOSED = 499;

interface Observed {
  startedAt: number;
  /** Node takes it from a request whose connection was reset. */
  socket: FastifyRequest['raw']['socket'];
  bytesBefore: number;
  traceId: string | undefined;
  span: Span | null;
}

type ObservedRequest = FastifyRequest & AuthenticatedRequest & { observed?: Observed };

/** Measures, logs and traces every request, until its response has ended or its client has gone. */
@Injectable()
export class RequestObserver {
  private readonly requestLog: RequestLog | null;

  constructor(
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
    private readonly shutdown: Shutdown,
    @Inject(CONFIGURATION) { requestLog }: Configuration,
  ) {
    this.requestLog = requestLog === null ? null : new RequestLog(logOutput, requestLog);
  }

  /** Before any other hook: those may refuse a request. */
  observe(server: FastifyInstance): void {
    server.addHook('onRequest', (request: ObservedRequest, reply, done) => {
      const observed = this.begin(request);
      request.observed = observed;
      // Not `onResponse`, which Fastify leaves out where the client disconnects.
      reply.raw.once('close', () => this.end(request, reply, observed));
      done();
    });
    // After the body was read: Node does not carry what was set before that.
    if (this.tracing.tracer !== null || IS_CARRIED_BY_ENGINE)
      server.addHook('preValidation', ({ id, observed }: ObservedRequest, _reply, done) => {
        runIn({ requestId: id, traceId: observed?.traceId, span: observed?.span ?? null }, done);
      });
  }

  private begin({ method, headers, raw }: ObservedRequest): Observed {
    const parent = readTraceparent(headers);
    const span = this.tracing.tracer?.start(method, { kind: 'server', attributes: {} }, parent) ?? null;
    return {
      startedAt: performance.now(),
      socket: raw.socket,
      bytesBefore: raw.socket.bytesWritten,
      traceId: span?.spanContext().traceId ?? parent?.traceId,
      span,
    };
  }

  private end(request: ObservedRequest, { raw }: FastifyReply, observed: Observed): void {
    const { method, caller } = request;
    const route = request.routeOptions.url ?? 'none';
    const durationMs = performance.now() - observed.startedAt;
    const isAborted = !raw.writableFinished;
    const status = isAborted && !raw.headersSent ? CLIENT_CLOSED : raw.statusCode;
    this.metrics.requests.observe({ method, route, status: String(status) }, durationMs / 1000);
    if (observed.span !== null) this.endSpan(observed.span, request, route, status);
    this.requestLog?.log({
      requestId: request.id,
      traceId: observed.traceId,
      method,
      route,
      status,
      durationMs,
      isDraining: this.shutdown.draining.aborted,
      isAborted,
      bytesOut: observed.socket.bytesWritten - observed.bytesBefore,
      caller,
      connectionId: member(request.params, 'id') ?? member(request.body, 'connectionId'),
      orgId: member(request.body, 'orgId') ?? member(request.query, 'orgId'),
    });
  }

  /** `url.path` is left out: some paths hold secrets. */
  private endSpan(span: Span, request: ObservedRequest, route: string, status: number): void {
    if (span.isRecording()) {
      const id = member(request.params, 'id');
      span.updateName(`${request.method} ${route}`).setAttributes({
        'http.request.method': request.method,
        'http.route': route,
        'http.response.status_code': status,
        'url.scheme': request.protocol,
        'causeway.request_id': request.id,
        ...(request.caller !== undefined && { 'causeway.caller': request.caller.kind }),
        ...(typeof id === 'string' && partitionOfConnection(id) !== null && { 'causeway.connection_id': id }),
      });
    }
    this.tracing.end(span, status >= 500 ? String(status) : undefined);
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
