import { StringDecoder } from 'node:string_decoder';

/** Lines of UTF-8. `isWhole`: a line feed ended it. A byte order mark is not removed. */
export async function* linesOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<{ text: string; isWhole: boolean }> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  for await (const chunk of source) {
    const lines = (rest + decoder.write(Buffer.from(chunk))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text, isWhole: true };
  }
  rest += decoder.end();
  if (rest !== '') yield { text: rest, isWhole: false };
}
