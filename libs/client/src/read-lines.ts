/**
 * Yields the lines of a body, those of one chunk at a time. Drops what follows the last line feed: a line that was cut off may still
 * parse. Cancels the body when the consumer stops early.
 */
export async function* readLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string[], void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // A long line arrives in many chunks: join them once.
  let parts: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = decoder.decode(value, { stream: true }).split('\n');
      const last = lines.pop() ?? '';
      if (lines.length > 0) {
        lines[0] = parts.join('') + (lines[0] ?? '');
        parts = [];
        yield lines;
      }
      if (last !== '') parts.push(last);
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
