import type { Item, Problem } from '@causeway/client';
import { ADMIN_KEY } from './production.js';

export interface Progress {
  items: number;
  pages: number;
  byType: Record<string, number>;
  waitingMs: number;
  resumeCursor: string | null;
}

export interface Ending {
  complete: boolean;
  problem?: Problem;
  items: number;
  byType: Record<string, number>;
  pages: number;
  duplicates: number;
  emptyPages: number;
  retries: number;
  restarts: number;
  waitedMs: number;
  durationMs: number;
  changes?: Record<string, string>;
  nextUpdatedSince: string;
  resumeCursor: string | null;
}

type Line = { item?: Item; progress?: Progress; end?: Ending };

export interface Streamed {
  items: Item[];
  progress: Progress[];
  /** Absent: the answer was cut. */
  end: Ending | undefined;
}

export type Wish = Record<string, string | readonly string[] | undefined>;

export async function openStream(
  url: string,
  wish: Wish = {},
  signal?: AbortSignal,
  key = ADMIN_KEY,
): Promise<Response> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(wish)) if (value !== undefined) query.set(name, String(value));
  const response = await fetch(`${url}?${query}`, {
    headers: { accept: 'application/x-ndjson', authorization: `Bearer ${key}` },
    ...(signal === undefined ? {} : { signal }),
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return response;
}

/** The lines of a streamed load, as they come. */
export async function* linesOf({ body }: Response): AsyncGenerator<Line> {
  if (body === null) return;
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as Line;
  }
  if (rest !== '') throw new Error(`The last line has no end: ${rest.slice(0, 100)}`);
}

/** A whole load. */
export async function streamed(url: string, wish: Wish = {}): Promise<Streamed> {
  return readAll(await openStream(url, wish));
}

export async function readAll(response: Response): Promise<Streamed> {
  const all: Streamed = { items: [], progress: [], end: undefined };
  for await (const { item, progress, end } of linesOf(response)) {
    if (all.end !== undefined) throw new Error('There is a line after the end.');
    if (item !== undefined) all.items.push(item);
    if (progress !== undefined) all.progress.push(progress);
    all.end = end;
  }
  return all;
}
