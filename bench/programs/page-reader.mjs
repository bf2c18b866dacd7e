// Reads the feed of a sync page by page, as a client does: each page is parsed. Prints one line of JSON.
const { URL: url = '', KEY = '' } = process.env;
const began = performance.now();
let [items, cursor] = [0, ''];
for (let more = true; more;) {
  const page = await fetch(cursor === '' ? url : `${url}&cursor=${encodeURIComponent(cursor)}`, {
    headers: { authorization: `Bearer ${KEY}` },
  });
  if (!page.ok) throw new Error(`${page.status} ${await page.text()}`);
  const { changes, nextCursor, more: isMore } = /** @type {any} */ (await page.json());
  items += changes.length;
  [cursor, more] = [nextCursor, isMore];
}
console.log(JSON.stringify({ items, ms: performance.now() - began }));
process.exit(0);
