import { hostname } from 'node:os';
import {
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  createTraceState,
  diag,
  trace,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { RemoteParent } from './traceparent.js';
import type { Tracer } from './tracing.js';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL };
/** Of a shutdown: a collector that does not answer must not keep the process. */
const FLUSH_MS = 3_000;
const REPORT_EVERY_MS = 60_000;

/**
 * The SDK reads the `OTEL_*` variables itself: exporter, batches, sampler, limits, resource. This file is loaded on demand and imports
 * nothing that the service has loaded before.
 */
export function openTelemetry(version: string, warn: (message: string) => void): Tracer {
  reportFailures(warn);
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': 'causeway',
      'service.version': version,
      'service.instance.id': `${hostname()}:${process.pid}`,
    }).merge(detectResources({ detectors: [envDetector] })),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer('causeway', version);
  return {
    start(name, { kind, attributes }, parent) {
      return tracer.startSpan(name, { kind: KINDS[kind], attributes }, contextOf(parent));
    },
    fail(span, errorType) {
      span.setAttribute('error.type', errorType).setStatus({ code: SpanStatusCode.ERROR });
    },
    headersOf(span) {
      const { traceId, spanId, traceFlags, traceState } = span.spanContext();
      const state = traceState?.serialize() ?? '';
      return {
        traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
        ...(state !== '' && { tracestate: state }),
      };
    },
    async shutdown() {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, FLUSH_MS);
      });
      await Promise.race([provider.shutdown().catch(() => undefined), timeout]);
      clearTimeout(timer);
    },
  };
}

function contextOf(parent: Span | RemoteParent | null): Context {
  if (parent === null) return ROOT_CONTEXT;
  if ('spanContext' in parent) return trace.setSpan(ROOT_CONTEXT, parent);
  const { traceId, spanId, isSampled, traceState } = parent;
  const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  const remote: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  if (traceState !== undefined) remote.traceState = createTraceState(traceState);
  return trace.setSpanContext(ROOT_CONTEXT, remote);
}

/** The SDK's messages may repeat headers and addresses: only that something failed is logged, at most once a minute. */
function reportFailures(warn: (message: string) => void): void {
  let reportedAt = -Infinity;
  const report = () => {
    if (performance.now() - reportedAt < REPORT_EVERY_MS) return;
    reportedAt = performance.now();
    warn('Traces could not be sent. Check the OTEL_EXPORTER_OTLP_* settings and the collector.');
  };
  const ignore = () => undefined;
  diag.setLogger(
    { error: report, warn: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.ERROR, suppressOverrideMessage: true },
  );
}
