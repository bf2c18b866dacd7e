import type { Caller } from '../access/caller.js';
import { partitionOf, partitionOfConnection } from '../store/partition.js';

/** A request that took longer is logged whatever share of the others is. */
const SLOW_MS = 1_000;

/** Probes and Prometheus come all the time: only their failures are logged. */
const QUIET = /^\/(health\/|metrics$)/;

const READINESS = '/health/ready';

/** A response that has ended, in whatever way. */
export interface EndedRequest {
  requestId: string;
  traceId: string | undefined;
  method: string;
  /** The pattern, such as `/connections/:id`: a path may hold ids and secrets. */
  route: string;
  /** 499: the client has gone before the response began. */
  status: number;
  durationMs: number;
  /** The process ends, and says that it is not ready. */
  isDraining: boolean;
  /** The client has gone before the end of the response. */
  isAborted: boolean;
  bytesOut: number;
  caller: Caller | undefined;
  /** What came as the id of a connection, and as the name of an organization. */
  connectionId: unknown;
  orgId: unknown;
}

export interface LineWriter {
  write(line: string): void;
}

/** One line for each request, of fields that hold no secret: see docs/production/observability.md. */
export class RequestLog {
  /** @param share of the requests that neither failed nor were slow */
  constructor(
    private readonly output: LineWriter,
    private readonly share: number,
    private readonly random: () => number = Math.random,
  ) {}

  log(request: EndedRequest): void {
    const { status, route, durationMs, isDraining } = request;
    // That it is not ready while it drains is as it has to be.
    const hasFailed = status >= 500 && !(isDraining && route === READINESS);
    if (!hasFailed && (QUIET.test(route) || (durationMs < SLOW_MS && this.random() >= this.share))) return;
    const { requestId, traceId, method, isAborted, bytesOut, caller, connectionId, orgId } = request;
    const partition = typeof connectionId === 'string' ? partitionOfConnection(connectionId) : null;
    const usage = caller?.usage;
    // Members that are undefined are left out.
    this.output.write(
      JSON.stringify({
        level: hasFailed ? 'error' : 'info',
        pid: process.pid,
        timestamp: Date.now(),
        context: 'Request',
        message: `${method} ${route} ${status}`,
        requestId,
        traceId,
        method,
        route,
        status,
        durationMs: tenths(durationMs),
        aborted: isAborted || undefined,
        bytesOut,
        caller: caller?.kind,
        callerId: caller?.id ?? undefined,
        organization: partition ?? organizationOf(caller, orgId),
        connectionId: partition === null ? undefined : connectionId,
        ...(usage !== undefined &&
          usage.calls > 0 && {
            upstreamCalls: usage.calls,
            upstreamMs: tenths(usage.ms),
            waitedMs: tenths(usage.waitedMs),
          }),
      }),
    );
  }
}

/** As in the ids of its connections: the log has no names of organizations. */
function organizationOf(caller: Caller | undefined, orgId: unknown): string | undefined {
  // Who is nobody may name anything.
  if (caller === undefined) return undefined;
  const [only, ...others] = caller.orgIds ?? [];
  const name = typeof orgId === 'string' ? orgId : others.length === 0 ? only : undefined;
  return name === undefined ? undefined : partitionOf(name);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
