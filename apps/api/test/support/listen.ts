export interface Heard {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

export interface Listening {
  readonly heard: Heard[];
  /** Also of what is no event: where the listener stands. */
  lastId(): string;
  /** When it was told that the service still lives, in milliseconds of `performance.now()`. */
  readonly signs: readonly number[];
  /** Whether the service ended it. */
  isOver(): boolean;
  stop(): void;
  readonly ended: Promise<void>;
}

/** Reads `text/event-stream` as an `EventSource` does, with a key or other headers. Resolves when the stream has begun. */
export async function listen(
  url: string,
  key: string | Record<string, string>,
  lastEventId?: string,
): Promise<Listening> {
  const abort = new AbortController();
  const response = await fetch(url, {
    signal: abort.signal,
    headers: {
      ...(typeof key === 'string' ? { authorization: `Bearer ${key}` } : key),
      ...(lastEventId ? { 'last-event-id': lastEventId } : {}),
    },
  });
  if (response.status !== 200 || !response.headers.get('content-type')?.startsWith('text/event-stream'))
    throw new Error(`no stream: ${response.status} ${await response.text()}`);
  const heard: Heard[] = [];
  const signs: number[] = [];
  let over = false;
  let id = '';
  let began = () => {};
  const beginning = new Promise<void>((resolve) => (began = resolve));
  const ended = (async () => {
    let rest = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      const blocks = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block.startsWith(': alive')) signs.push(performance.now());
        const fields = new Map(
          block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
        );
        id = fields.get('id') ?? id;
        const data = fields.get('data');
        if (data !== undefined) heard.push({ id, event: fields.get('event') ?? 'message', data: JSON.parse(data) });
        if (id !== '') began();
      }
    }
  })()
    .catch(() => undefined)
    .finally(() => (over = true));
  await Promise.race([beginning, ended]);
  return { heard, signs, lastId: () => id, isOver: () => over, stop: () => abort.abort(), ended };
}
