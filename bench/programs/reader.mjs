// Reads a streamed load, as fast as possible or ITEMS_PER_SECOND, or the feed of a sync with LINE=change. Prints one line of JSON.
import { setTimeout as sleep } from 'node:timers/promises';

const { URL: url = '', KEY = '', LINE = 'item', ITEMS_PER_SECOND = '0', SECONDS = '3600' } = process.env;
const began = performance.now();
const abort = new AbortController();
const response = await fetch(url, {
  signal: abort.signal,
  headers: { authorization: `Bearer ${KEY}`, accept: 'application/x-ndjson' },
});
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
let [items, first, rest, last] = [0, 0, Buffer.alloc(0), ''];
const ITEM = Buffer.from(`{"${LINE}"`);
for await (const chunk of /** @type {AsyncIterable<Uint8Array>} */ (/** @type {unknown} */ (response.body))) {
  const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
  let from = 0;
  for (let end = bytes.indexOf(10); end !== -1; end = bytes.indexOf(10, from)) {
    // Reads only the start of a line: parsing items is not what is measured here.
    if (bytes.subarray(from, from + ITEM.length).equals(ITEM)) items += 1;
    else last = bytes.toString('utf8', from, end);
    if (items === 1 && first === 0) first = performance.now() - began;
    from = end + 1;
  }
  rest = bytes.subarray(from);
  const elapsed = performance.now() - began;
  if (Number(ITEMS_PER_SECOND) > 0) await sleep(Math.max(0, (items / Number(ITEMS_PER_SECOND)) * 1000 - elapsed));
  if (elapsed > Number(SECONDS) * 1000) break;
}
const end = JSON.parse(last || '{}').end ?? null;
console.log(JSON.stringify({ items, ms: performance.now() - began, firstMs: first, end }));
process.exit(0);
