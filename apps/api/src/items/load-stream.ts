import type { LoadSummary } from './item.dto.js';
import type { ItemLoad } from '../loads/item-load.js';
import type { LoadCursor } from '../loads/load-cursor.js';

/** A progress line comes at most this often while pages come, */
const PROGRESS_MS = 250;
/** and at least this often while none does, so that a reader knows that the load goes on. */
const SILENCE_MS = 5_000;
const POLL_MS = 500;

/** Of a large page, the text is made part by part, as its reader takes it: it is larger than the page in memory. */
const PART_CHARACTERS = 64 * 1024;

/** The last line, but for what the load itself knows. */
export type Summary = Pick<
  LoadSummary,
  'complete' | 'problem' | 'incomplete' | 'changes' | 'exhaustive' | 'notExhaustive' | 'nextUpdatedSince'
>;

export interface LoadStreamOptions {
  seal(cursor: LoadCursor): string;
  summarize(load: ItemLoad): Summary;
  /** After every page. */
  onPage(items: number): Promise<void>;
}

/** A whole load as `application/x-ndjson`, usually a chunk of text for each page: items, progress, and last a summary. */
export async function* loadStream(load: ItemLoad, options: LoadStreamOptions): AsyncGenerator<string, void> {
  const { statistics } = load;
  let shownAt = -Infinity;
  let resumeCursor: string | null = null;
  const seal = () => {
    const remaining = load.remaining();
    return remaining === null ? null : options.seal(remaining);
  };
  const progress = () => {
    shownAt = performance.now();
    const { items, pages, byType } = statistics.counts;
    return line({ progress: { items, pages, byType, waitingMs: load.waitingMs, resumeCursor } });
  };
  for (;;) {
    const next = load.next();
    // The cursor stays that of the last page: the next one may count as given while it is still on its way.
    while (!(await settlesWithin(next, POLL_MS))) {
      const silence = performance.now() - shownAt;
      if (silence >= SILENCE_MS || (load.waitingMs > 0 && silence >= POLL_MS)) yield progress();
    }
    const items = await next;
    if (items === null) break;
    await options.onPage(items.length);
    let text = '';
    for (const item of items) {
      text += `{"item":${JSON.stringify(item)}}\n`;
      if (text.length < PART_CHARACTERS) continue;
      yield text;
      text = '';
    }
    if (performance.now() - shownAt >= PROGRESS_MS) {
      resumeCursor = seal();
      text += progress();
    }
    if (text !== '') yield text;
  }
  const { waitedMs, durationMs, counts } = statistics;
  const summary = { ...options.summarize(load), ...counts, restarts: load.restarts, waitedMs, durationMs };
  yield line({ end: { ...summary, resumeCursor: seal() } satisfies LoadSummary });
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

async function settlesWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = work.then(
    () => true as const,
    () => true as const,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
}
