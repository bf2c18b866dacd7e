import type { IncomingHttpHeaders } from 'node:http';

/** The caller's span, as its headers name it. */
export interface RemoteParent {
  traceId: string;
  spanId: string;
  isSampled: boolean;
  /** As it came; whoever uses it has to parse it. */
  traceState: string | undefined;
}

/** W3C Trace Context, 3.2: lower-case hex, no id of zeros, no version ff. Versions above 00 may have more fields. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-((?!0{32})[\da-f]{32})-((?!0{16})[\da-f]{16})-([\da-f]{2})(?=-|$)/;
const VERSION_0_LENGTH = 55;

/** A malformed `traceparent` is like none. */
export function readTraceparent({ traceparent, tracestate }: IncomingHttpHeaders): RemoteParent | null {
  // Most requests have none.
  if (typeof traceparent !== 'string') return null;
  const [, traceId, spanId, flags = ''] = TRACEPARENT.exec(traceparent) ?? [];
  if (traceId === undefined || spanId === undefined) return null;
  if (traceparent.startsWith('00') && traceparent.length !== VERSION_0_LENGTH) return null;
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId, isSampled, traceState: typeof tracestate === 'string' ? tracestate : undefined };
}
