import { wholeMs } from '../limits.js';
import type { AcquireRequest, AcquireResult, Rate, Slot } from '../rate-limit-store.js';

/** What the script TAKE_TURNS reads, in its order. */
export function turnArguments({ limit, periodMs }: Rate, asking: AcquireRequest, lastsMs: number): string[] {
  const { process: asker, waiting, aheadMs, late = [] } = asking;
  return [
    ...[limit, periodMs, Math.floor(aheadMs), lastsMs].map(String),
    asker,
    `${late.length}`,
    ...late.flatMap(({ at, byMs }) => [`${at}`, `${wholeMs(byMs)}`]),
    ...waiting.flatMap(({ tenant: group, job: flow, calls }) => [group, flow, `${calls}`]),
  ];
}

export function readTurns(answer: unknown): AcquireResult {
  const [nextInMs, groups, left, ...given] = answer as [number, number, number, ...(string | number)[]];
  const places: Slot[] = [];
  for (let i = 0; i < given.length; i += 4) {
    const [group, flow, at, inMs] = given.slice(i, i + 4) as [string, string, number, number];
    places.push({ tenant: group, job: flow, at, inMs });
  }
  return { slots: places, nextInMs, waitingTenants: groups, remaining: left };
}
