// A load without a service: fetch, parse, map to the shape of an item, stringify. Prints one line of JSON.
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';

const { API = '' } = process.env;
const names = ['firstname', 'lastname', 'email', 'phone', 'company', 'jobtitle', 'lifecyclestage', 'hubspot_owner_id'];
const began = performance.now();
const out = createWriteStream('/dev/null');
let [items, first, after] = [0, 0, ''];
do {
  const query = new URLSearchParams({ limit: '100', properties: names.join(','), ...(after === '' ? {} : { after }) });
  const response = await fetch(`${API}/crm/objects/2026-09/contacts?${query}`, {
    headers: { authorization: `Bearer ${process.env['TOKEN'] ?? 'token'}` },
  });
  const { results, paging } = /** @type {any} */ (await response.json());
  let lines = '';
  for (const result of results) lines += `${JSON.stringify({ item: toItem(result) })}\n`;
  if (items === 0) first = performance.now() - began;
  items += results.length;
  if (!out.write(lines)) await once(out, 'drain');
  after = paging?.next?.after ?? '';
} while (after !== '');
console.log(
  JSON.stringify({
    items,
    ms: performance.now() - began,
    firstMs: first,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
);
process.exit(0);

/** @param {any} result */
function toItem({ id, properties, createdAt, updatedAt, url, archived }) {
  const name = [properties.firstname, properties.lastname].filter(Boolean).join(' ') || properties.email || null;
  return {
    id,
    type: 'contact',
    name,
    directory: false,
    parentId: null,
    parentPathOrName: null,
    creationTime: new Date(createdAt).toISOString(),
    lastModifiedTime: new Date(updatedAt).toISOString(),
    url,
    children: [],
    mimeType: null,
    delta: null,
    driveId: null,
    visibility: !archived,
    properties,
  };
}
