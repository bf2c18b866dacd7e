import { Injectable } from '@nestjs/common';
import { UpstreamError, type RequestObserver } from '@causeway/http-client';
import { isProviderCode, Problem, type ProblemSlug } from '@causeway/problem';
import type { Actor } from '../access/actor.js';
import type { ActivityKind, ActivityResult } from '../activity/activity-entry.js';
import { ActivityLog } from '../activity/activity-log.js';
import { templateOf } from '../activity/path-template.js';
import type { IntegrationDefinition } from '../integrations/integration-definition.js';
import { Metrics } from '../metrics/metrics.js';
import type { ConnectionRecord } from './connection-record.js';
import { WaitMeter } from './wait-meter.js';

/** A call to a provider's API. */
export interface ProviderCall {
  definition: IntegrationDefinition;
  /** `null`: of a grant that is no connection yet, which no activity log has. */
  record: ConnectionRecord | null;
  actor: Actor;
  kind: ActivityKind;
  method: string;
  /** From the root of the provider's API, with its query. */
  path: string;
  /** Part of a load, which has an entry of its own: only a call that failed has one beside it. */
  isOfLoad?: boolean | undefined;
  /** Aborted: whoever asked has gone. */
  signal?: AbortSignal | undefined;
  observeRequest?: (() => RequestObserver) | undefined;
}

/** Measures the calls to providers, for metrics, for the request that asked for them, and for the activity log. */
@Injectable()
export class ProviderCalls {
  constructor(
    private readonly metrics: Metrics,
    private readonly activity: ActivityLog,
  ) {}

  /** @param outcomeOf a response: the label of the metric */
  observe<T extends { status: number }>(
    call: ProviderCall,
    send: (observer: RequestObserver) => Promise<T>,
    outcomeOf: (response: T) => string,
  ): Promise<T> {
    const { definition, actor } = call;
    const { id: integration } = definition;
    const meter = new WaitMeter((ms) => {
      this.metrics.rateLimitWaits.observe({ integration }, ms / 1000);
      if (actor.usage !== undefined) actor.usage.waitedMs += ms;
    }, call.observeRequest?.());
    const started = performance.now();
    const end = (outcome: string, result: Pick<ActivityResult, 'status' | 'problem' | 'detail'>) => {
      const durationMs = performance.now() - started;
      this.metrics.providerCalls.observe({ integration, outcome }, durationMs / 1000);
      actor.usage?.count(durationMs);
      this.record(call, meter, { ...result, durationMs });
    };
    const response = send(meter);
    response.then(
      (received) => end(outcomeOf(received), { status: received.status }),
      (error: unknown) => end(error instanceof UpstreamError ? error.reason : 'error', failureOf(error)),
    );
    return response;
  }

  private record(
    { definition, record, actor, kind, method, path, isOfLoad, signal }: ProviderCall,
    { retries, waitedMs }: WaitMeter,
    result: Pick<ActivityResult, 'status' | 'problem' | 'detail' | 'durationMs'>,
  ): void {
    if (record === null) return;
    const isAborted = result.status === undefined && signal?.aborted === true;
    // Of a load that is stopped, whatever was in flight ends too.
    if (isOfLoad === true && (result.problem === undefined || isAborted)) return;
    const { status, durationMs, problem, detail } = isAborted
      ? { ...result, problem: undefined, detail: 'aborted' }
      : result;
    const shown = templateOf(path, definition.api.namesInPaths);
    this.activity.record(record, actor, {
      kind,
      method,
      path: shown,
      status,
      durationMs,
      retries,
      waitedMs,
      problem,
      detail,
    });
  }
}

export function failureOf(error: unknown): { status?: number; problem: ProblemSlug; detail?: string } {
  if (error instanceof UpstreamError) {
    const { status, code = '' } = error.context;
    const { slug } = error.toProblem();
    return { problem: slug, ...(status !== undefined && { status }), ...(isProviderCode(code) && { detail: code }) };
  }
  if (!(error instanceof Problem)) return { problem: 'internal-error' };
  const { providerCode } = error.details;
  return { problem: error.slug, ...(providerCode !== undefined && { detail: providerCode }) };
}
