/** Part [from, to) of a list, and where the next page starts; `next` is undefined on the last page. */
export interface Cut {
  from: number;
  to: number;
  next: number | undefined;
}

export function cut(total: number, start: number, limit: number): Cut {
  const from = Math.min(start, total);
  const to = Math.min(from + limit, total);
  return { from, to, next: to < total ? to : undefined };
}

export const range = <T>(part: Pick<Cut, 'from' | 'to'>, make: (index: number) => T): T[] =>
  Array.from({ length: part.to - part.from }, (_, offset) => make(part.from + offset));
