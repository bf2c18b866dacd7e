import { type Answer, Refusal } from '../core/answer.js';
import type { Call } from '../core/call.js';
import type { Here, StandIn } from '../core/stand-in.js';
import { cut, type Cut } from '../data/paging.js';
import { expireAccess } from '../oauth/grants.js';
import type { Fault } from './faults.js';

export const waitOf = (fault: Fault): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1000).unref());

/** Faults that are answers: the handler is not asked. */
export function forcedAnswer(standIn: StandIn, call: Call, faults: readonly Fault[]): Answer | undefined {
  for (const fault of faults) {
    if (fault.kind === 'server-error') return hinted(standIn.serverError(call, fault.status ?? 500), fault, call.now);
    if (fault.kind === 'rate-limit') return hinted(standIn.rateLimited(call, undefined, fault.reason), fault, call.now);
  }
  return undefined;
}

/** The documented answer, with the Retry-After hint that was asked for. */
function hinted(answer: Answer, { retryAfter }: Fault, now: number): Answer {
  if (retryAfter === undefined) return answer;
  const { 'retry-after': _documented, ...headers } = answer.headers ?? {};
  if (retryAfter === 'none') return { ...answer, headers };
  const hint = retryAfter === 'date' ? new Date(now + 2000).toUTCString() : String(retryAfter);
  return { ...answer, headers: { ...headers, 'retry-after': hint } };
}

/** Faults that happen to the grant behind the request, which then goes its natural way. */
export function harmToken({ world, standIn }: Here, call: Call, faults: readonly Fault[]): void {
  const token = world.grants.findAccess(standIn.presentedToken(call)) ?? world.grants.findRefresh(refreshToken(call));
  if (!token) return;
  for (const fault of faults) {
    if (fault.kind === 'expired-access') expireAccess(token.grant, call.now);
    if (fault.kind === 'revoked-grant') token.grant.revoked = true;
  }
}

const refreshToken = ({ body }: Call) =>
  typeof body['refresh_token'] === 'string' ? body['refresh_token'] : undefined;

/** A page of a list, spoiled if a paging fault is in force. */
export function faultyCut(
  standIn: StandIn,
  call: Call,
  fault: Fault | undefined,
  total: number,
  start: number,
  limit: number,
): Cut {
  const part = cut(total, start, limit);
  switch (fault?.kind) {
    case 'expired-cursor':
      throw new Refusal(standIn.badCursor(call));
    case 'empty-list':
      return { from: part.from, to: part.from, next: undefined };
    case 'empty-page':
      return { from: part.from, to: part.from, next: part.from };
    case 'repeated-cursor':
      return { ...part, next: start };
    case 'duplicates':
      return cut(total, Math.max(0, start - (fault.count ?? 3)), limit);
    default:
      return part;
  }
}
