import type { ProblemBody } from '@causeway/problem';
import type { IntegrationItem } from '../integrations/integration.js';
import { isoTime } from '../dto/iso-time.js';
import type { Load } from './load.js';
import type { LoadCounts, LoadReport } from './load-report.js';
import type { LoadState } from './load-state.js';

/** A line about progress comes at most this often while pages come, */
const PROGRESS_MS = 250;
/** and at least this often while none does, so that a reader knows that it goes on. */
const SILENCE_MS = 5_000;
const LOOK_MS = 500;

/** Some providers find a change by search only moments later. */
const OVERLAP_MS = 60_000;

export interface Ending extends LoadCounts {
  complete: boolean;
  /** Why it cannot go on. */
  problem?: ProblemBody;
  /** How often a list was begun again because the provider had forgotten its position. */
  restarts: number;
  waitedMs: number;
  durationMs: number;
  /** For `updatedSince`: whether the provider told what had changed, or all was read and filtered here. */
  changes?: Record<string, 'provider' | 'filtered'>;
  /** What to give as `updatedSince` for what changes from now on. */
  nextUpdatedSince: string;
  resumeCursor: string | null;
}

export interface LineSource {
  load: Load;
  report: LoadReport;
  state: LoadState;
  changes: Ending['changes'];
  cursorOf(state: LoadState): string;
  problemOf(error: Error): ProblemBody;
  /** Called for every page that was given. */
  onPage(): Promise<void>;
}

/** A whole load as `application/x-ndjson`, a chunk of text for each page: items, progress, and at last how it ended. */
export async function* itemLines(source: LineSource): AsyncGenerator<string, void> {
  const { load, report } = source;
  let shownAt = -Infinity;
  let resumeCursor: string | null = null;
  const progress = () => {
    shownAt = performance.now();
    const { items, pages, byType } = report.counts;
    return line({ progress: { items, pages, byType, waitingMs: report.waitingMs, resumeCursor } });
  };
  for (;;) {
    const next = load.walk.next();
    // A cursor is made between pages only: while the next one is on its way, it may count as given already.
    while (!(await settlesWithin(next, LOOK_MS))) {
      const silence = performance.now() - shownAt;
      if (silence >= SILENCE_MS || (report.waitingMs > 0 && silence >= LOOK_MS)) yield progress();
    }
    const fetched = await next;
    if (fetched === null) break;
    const text = linesOf(load.take(fetched));
    await source.onPage();
    if (performance.now() - shownAt < PROGRESS_MS) {
      if (text !== '') yield text;
      continue;
    }
    const rest = load.rest();
    resumeCursor = rest === null ? null : source.cursorOf(rest);
    yield text + progress();
  }
  yield line({ end: endingOf(source) });
}

function endingOf(source: LineSource): Ending {
  const { load, report, state, changes } = source;
  const [failure] = load.walk.failures;
  const rest = load.rest();
  return {
    complete: failure === undefined && rest === null,
    ...(failure === undefined ? {} : { problem: source.problemOf(failure.error) }),
    ...report.counts,
    restarts: load.walk.restarted,
    waitedMs: report.waitedMs,
    durationMs: report.durationMs,
    ...(changes === undefined ? {} : { changes }),
    nextUpdatedSince: isoTime(state.startedAt - OVERLAP_MS),
    resumeCursor: rest === null ? null : source.cursorOf(rest),
  };
}

function linesOf(items: readonly IntegrationItem[]): string {
  let text = '';
  for (const item of items) text += `{"item":${JSON.stringify(item)}}\n`;
  return text;
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
