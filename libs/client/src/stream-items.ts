import {
  CausewayError,
  describe,
  isPage,
  toCausewayError,
  toNetworkError,
  type ProblemDetails,
} from './causeway-error.js';
import type { CausewayClient } from './client.js';
import { readLines } from './read-lines.js';
import type { components } from './schema.js';

/** One line of a load. Exactly one of `item`, `progress` and `end` is set. */
export type LoadLine = components['schemas']['LoadLine'];
export type LoadSummary = components['schemas']['LoadSummary'];

export interface StreamItemsOptions {
  connectionId: string;
  /** Default: the integration's default item types. */
  types?: string[];
  /** The provider's id of the item to list, for item types that need one. */
  parent?: string;
  /** Also what is archived, for item types that the provider lists without it. */
  archived?: boolean;
  /** Continues the load that this cursor comes from; the cursor includes the other options. */
  cursor?: string;
  /** ISO 8601. The `nextUpdatedSince` of an earlier load gives what has changed since then. */
  updatedSince?: string;
  /** Aborts the load and its requests to the provider. */
  signal?: AbortSignal;
}

const INTERRUPTED = {
  title: 'The load was interrupted',
  detail: 'The connection to the service ended before the load did. Continue to get the rest.',
};

/** The response ended before the load did. The items so far are good; those since the last progress line may come again. */
export class LoadInterruptedError extends CausewayError {
  override readonly name = 'LoadInterruptedError';

  constructor(
    /** `cursor` of the load that gives the rest; `null`: start over. */
    readonly resumeCursor: string | null,
    problem: ProblemDetails,
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }
}

/**
 * Loads items line by line, no faster than they are consumed; leaving the loop aborts the load. The last line is the `end`.
 * @throws CausewayError with the service's problem if it does not start the load
 * @throws LoadInterruptedError if the response ends before the `end` line
 * @throws the reason with which `signal` was aborted
 */
export async function* streamItems(
  client: CausewayClient,
  { connectionId, signal, ...query }: StreamItemsOptions,
): AsyncGenerator<LoadLine, void> {
  let resumeCursor = query.cursor ?? null;
  const request = client.GET('/connections/{id}/items', {
    params: { path: { id: connectionId }, query },
    headers: { Accept: 'application/x-ndjson' },
    parseAs: 'stream',
    signal: signal ?? null,
  });
  let cause: unknown;
  try {
    const { data, error, response } = await request;
    if (!response.ok || data == null || isPage(response)) throw toCausewayError(error, response, request);
    for await (const lines of readLines(data)) {
      for (const text of lines) {
        const line = JSON.parse(text) as LoadLine;
        resumeCursor = line.progress?.resumeCursor ?? resumeCursor;
        if (line.end?.problem) Object.assign(line.end.problem, describe(request, response), line.end.problem);
        yield line;
        if (line.end !== undefined) return;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CausewayError) throw error;
    cause = error;
  }
  throw new LoadInterruptedError(resumeCursor, toNetworkError(cause, request, INTERRUPTED).problem, { cause });
}
