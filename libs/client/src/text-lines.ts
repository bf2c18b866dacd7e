/**
 * The lines of a body, each chunk's as one list. A chunk may end anywhere, also within a character; a last line without an end is given
 * as `rest`, since what was cut may look whole.
 */
export async function* textLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string[], { rest: string }> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  // A line may come in many chunks: they are joined once, not with every one.
  let parts: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { rest: parts.join('') + decoder.decode() };
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
    // Whoever stops reading ends the answer, and with it the work behind it.
    await reader.cancel().catch(() => undefined);
  }
}
