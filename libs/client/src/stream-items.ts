import { CausewayError, errorOf } from './causeway-error.js';
import type { CausewayClient } from './client.js';
import type { components } from './schema.js';
import { textLines } from './text-lines.js';

/** One line of a load: exactly one of the three. */
export type LoadLine = components['schemas']['LoadLine'];
export type LoadProgress = components['schemas']['LoadProgress'];
export type LoadEnding = components['schemas']['LoadEnding'];

export interface ItemsWish {
  connectionId: string;
  /** The integration's default ones if not given. */
  types?: readonly string[];
  /** The provider's id of the item to look in, for types that want one. */
  parent?: string;
  /** Goes on with the load that gave it; types, parent and time come with it. */
  cursor?: string;
  /** ISO 8601; `nextUpdatedSince` of an earlier load gives what changed since then. */
  updatedSince?: string;
  /** Ends the load, and the calls to the provider with it. */
  signal?: AbortSignal;
}

/** The answer ended without saying how. What was given before is good; items since the last progress line may come again. */
export class LoadCutError extends CausewayError {
  override readonly name = 'LoadCutError';

  constructor(
    /** Gives the rest: `cursor` of the next load; `null`: begin again. */
    readonly resumeCursor: string | null,
    options?: ErrorOptions,
  ) {
    super(CUT, options);
  }
}

const CUT = {
  title: 'The load was cut off',
  detail: 'The connection to the service ended before the load did. Continue to get the rest.',
};

/**
 * A whole load, line by line and paced by whoever reads; leaving the loop ends it. The last line is the `end`.
 * @throws CausewayError with the service's problem, if it begins no load
 * @throws LoadCutError if the answer ends before its `end` line does
 * @throws whatever `signal` was aborted with
 */
export async function* streamItems(
  client: CausewayClient,
  { connectionId, types, parent, cursor, updatedSince, signal }: ItemsWish,
): AsyncGenerator<LoadLine, void> {
  let resumeCursor = cursor ?? null;
  try {
    const { data, error, response } = await client.GET('/connections/{id}/items', {
      params: {
        path: { id: connectionId },
        query: {
          ...(types === undefined || types.length === 0 ? {} : { types: [...types] }),
          ...(parent === undefined ? {} : { parent }),
          ...(cursor === undefined ? {} : { cursor }),
          ...(updatedSince === undefined ? {} : { updatedSince }),
        },
      },
      headers: { Accept: 'application/x-ndjson' },
      parseAs: 'stream',
      ...(signal === undefined ? {} : { signal }),
    });
    if (!response.ok || data == null) throw errorOf(error, response);
    for await (const lines of textLines(data)) {
      for (const text of lines) {
        const line = JSON.parse(text) as LoadLine;
        if (line.progress?.resumeCursor != null) resumeCursor = line.progress.resumeCursor;
        yield line;
        if (line.end !== undefined) return;
      }
    }
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof CausewayError) throw error;
    throw new LoadCutError(resumeCursor, { cause: error });
  }
  throw new LoadCutError(resumeCursor);
}
