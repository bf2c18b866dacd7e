import { wholeMs } from '../limits.js';
import type { Asking, Place, Rate, Turns } from '../store.js';

/** What the script TAKE_TURNS reads, in its order. */
export function turnArguments({ limit, periodMs }: Rate, asking: Asking, lastsMs: number): string[] {
  const { asker, waiting, aheadMs, late = [] } = asking;
  return [
    ...[limit, periodMs, Math.floor(aheadMs), lastsMs].map(String),
    asker,
    `${late.length}`,
    ...late.flatMap(({ at, byMs }) => [`${at}`, `${wholeMs(byMs)}`]),
    ...waiting.flatMap(({ group, flow, calls }) => [group, flow, `${calls}`]),
  ];
}

export function readTurns(answer: unknown): Turns {
  const [nextInMs, groups, left, ...given] = answer as [number, number, number, ...(string | number)[]];
  const places: Place[] = [];
  for (let i = 0; i < given.length; i += 4) {
    const [group, flow, at, inMs] = given.slice(i, i + 4) as [string, string, number, number];
    places.push({ group, flow, at, inMs });
  }
  return { places, nextInMs, groups, left };
}
