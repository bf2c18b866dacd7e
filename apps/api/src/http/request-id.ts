import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

declare module 'node:http' {
  interface IncomingMessage {
    /** Fastify's `request.id`, for the response that Node writes. */
    requestId?: string;
  }
}

export const REQUEST_ID_HEADER = 'x-request-id';

/** The client's id is repeated in headers and logs, so only a short one out of safe characters is taken. */
const WELL_FORMED = /^[\w.:-]{1,64}$/;

const PROCESS_ID = randomBytes(9).toString('base64url');
let requests = 0;

/** Fastify's `genReqId`: the client's id, or one that no other process makes. */
export function newRequestId(request: IncomingMessage): string {
  const given = request.headers[REQUEST_ID_HEADER];
  const isTaken = typeof given === 'string' && WELL_FORMED.test(given);
  return (request.requestId = isTaken ? given : `${PROCESS_ID}-${(requests += 1)}`);
}
