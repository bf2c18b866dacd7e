import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { Attributes, Span } from '@opentelemetry/api';
import { currentContext, runIn } from './trace-context.js';
import type { RemoteParent } from './traceparent.js';

export type SpanKind = 'server' | 'client' | 'internal';

export interface SpanOptions {
  kind: SpanKind;
  attributes: Attributes;
}

/** What `open-telemetry.ts` makes of its packages. */
export interface Tracer {
  /** @param parent `null`: the span begins a trace */
  start(name: string, options: SpanOptions, parent: Span | RemoteParent | null): Span;
  fail(span: Span, errorType: string): void;
  /** The headers by which another service continues the trace. */
  headersOf(span: Span): Record<string, string>;
  /** Sends what was not sent yet. */
  shutdown(): Promise<void>;
}

/** Spans of OpenTelemetry. While no exporter is configured, nothing of it is loaded, and every span is `null`. */
@Injectable()
export class Tracing implements OnApplicationShutdown {
  constructor(readonly tracer: Tracer | null) {}

  /** Part of the current span; `null` if there is none, or none that is recorded: what nobody asked for is no trace. */
  start(name: string, options: SpanOptions): Span | null {
    if (this.tracer === null) return null;
    const parent = currentContext()?.span ?? null;
    return parent?.isRecording() === true ? this.tracer.start(name, options, parent) : null;
  }

  /** The headers by which another service goes on with the trace, recorded or not. */
  headersOf(span: Span | null): Record<string, string> {
    const sent = span ?? currentContext()?.span ?? null;
    return sent === null || this.tracer === null ? {} : this.tracer.headersOf(sent);
  }

  /** Runs `work` as part of the current span. */
  async inSpan<T>(name: string, options: SpanOptions, work: (span: Span | null) => Promise<T>): Promise<T> {
    return this.runIn(this.start(name, options), work);
  }

  /** Runs what the service does by itself as a trace of its own. */
  async asJob<T>(name: string, work: () => Promise<T>): Promise<T> {
    return this.runIn(this.tracer?.start(`job ${name}`, { kind: 'internal', attributes: {} }, null) ?? null, work);
  }

  /** Every step is part of the span, whoever asks for it. */
  stepsOf<T>(span: Span | null, generator: AsyncGenerator<T, void>): AsyncIterable<T> {
    if (span === null) return generator;
    const context = { ...currentContext(), traceId: span.spanContext().traceId, span };
    const next = () => runIn(context, () => generator.next());
    return { [Symbol.asyncIterator]: () => ({ next, return: () => generator.return() }) };
  }

  end(span: Span | null, errorType?: string): void {
    if (span === null) return;
    if (errorType !== undefined) this.tracer?.fail(span, errorType);
    span.end();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracer?.shutdown();
  }

  private async runIn<T>(span: Span | null, work: (span: Span | null) => Promise<T>): Promise<T> {
    if (span === null) return work(null);
    try {
      const result = await runIn({ ...currentContext(), traceId: span.spanContext().traceId, span }, () => work(span));
      span.end();
      return result;
    } catch (error) {
      this.end(span, error instanceof Error ? error.name : 'error');
      throw error;
    }
  }
}
