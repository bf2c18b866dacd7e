// Notion's SDK: its helper for a whole list yields page by page.
import { Client, iteratePaginatedAPI } from '@notionhq/client';

const began = performance.now();
const notion = new Client({ auth: 'token', baseUrl: process.env['API'] ?? '' });
let [items, firstMs] = [0, 0];
for await (const page of iteratePaginatedAPI(notion.search, { page_size: 100 })) {
  if (items === 0) firstMs = performance.now() - began;
  if (page.object === 'page') items += 1;
}
const ms = performance.now() - began;
console.log(JSON.stringify({ items, ms, firstMs, peakMb: process.resourceUsage().maxRSS / 1024 }));
process.exit(0);
