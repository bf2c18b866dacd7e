import type { Item } from '@causeway/client';
import { LoadedItems } from './loaded-items.js';
import { exportItems } from './export-items.js';

const MANY = 20_000;

const item = (id: string): Item => ({
  ...{ id, type: 'page', name: `Page ${id}`, directory: false, parentId: null, parentPathOrName: null },
  ...{ creationTime: null, lastModifiedTime: null, url: null, children: [], mimeType: null, delta: null },
  ...{ driveId: null, visibility: true, properties: { text: 'x'.repeat(500) } },
});

/** The lengths of the texts that each blob had to encode: the browser does that in one go. */
const encoded: number[] = [];
const BrowserBlob = globalThis.Blob;

beforeEach(() => {
  encoded.length = 0;
  globalThis.Blob = class extends BrowserBlob {
    constructor(parts: (string | Blob)[] = [], options?: { type?: string }) {
      super(parts, options);
      encoded.push(parts.reduce((sum, part) => sum + (typeof part === 'string' ? part.length : 0), 0));
    }
  } as typeof Blob;
});
afterEach(() => {
  globalThis.Blob = BrowserBlob;
});

test.each(['json', 'csv'] as const)('encodes %s in parts, however many rows there are', async (format) => {
  const items = new LoadedItems();
  for (let id = 0; id < MANY; id += 1) items.put(item(String(id)));
  const order = items.rows.map((_, index) => index);
  const file = await exportItems(items, order, format);
  const text = await file.text();
  if (format === 'json') expect(JSON.parse(text)).toEqual(items.rows);
  else expect(text.split('\r\n')).toHaveLength(MANY + 2);
  expect(text.length).toBeGreaterThan(10_000_000);
  expect(Math.max(...encoded)).toBeLessThan(500_000);
});
