import fc from 'fast-check';
import { UpstreamError } from '@causeway/http-client';
import type { AccountContext, ApiRequest } from '../integrations/integration.js';
import type { Page, PageRequest } from '../integrations/page.js';
import { listCursor } from './load-cursor.js';
import { LoadMemory } from './load-memory.js';
import { SIDE_BY_SIDE } from './paginator-options.js';
import { Paginator } from './paginator.js';

// The same cases in every run, so that no change fails by another one's luck; another seed searches elsewhere.
fc.configureGlobal({ seed: 20261126 });

const MB = 1024 * 1024;
const TOTAL = 96 * MB;

/** Lists of pages of so many bytes, and how many bytes of them are held at this moment. */
class Provider {
  requests = 0;
  held = 0;
  mostHeld = 0;

  constructor(
    private readonly pageBytes: readonly number[],
    private readonly chunk = 64 * 1024,
  ) {}

  private readonly read = async ({ path, acceptBody }: ApiRequest) => {
    const size = this.pageBytes[Number(path)] ?? 0;
    this.requests += 1;
    for (let bytes = 0; bytes < size;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = Math.min(size, bytes + this.chunk);
      if (acceptBody?.(next) === false) {
        this.give(-bytes);
        throw new UpstreamError('too-large');
      }
      this.give(next - bytes);
      bytes = next;
    }
    return { status: 200, headers: {}, body: {} };
  };

  give(bytes: number): void {
    this.held += bytes;
    this.mostHeld = Math.max(this.mostHeld, this.held);
  }

  readonly account = {
    api: { read: this.read, remember: (_key: string, load: () => unknown) => load() },
  } as unknown as AccountContext;

  fetchPage = async ({ position }: PageRequest, { api }: AccountContext): Promise<Page> => {
    const at = Number(position?.split(' ')[1] ?? 0);
    await api.read({ path: `${at}` });
    const [name] = position?.split(' ') ?? ['a'];
    const nextPosition = at + 1 < this.pageBytes.length ? `${name} ${at + 1}` : null;
    return { items: [{ type: 'thing', id: `${name} ${at}` }] as Page['items'], nextPosition };
  };
}

/** A load of `lists` equal lists. */
function begin(memory: LoadMemory, user: string, provider: Provider, lists = 1) {
  const [orgId = '', userId = 'ann'] = user.split(' ');
  const share = memory.open({ orgId, userId });
  const source = {
    integration: provider,
    account: provider.account,
    parent: null,
    properties: [],
    archived: false,
    changedSince: new Map<string, number>(),
  };
  const cursors = Array.from({ length: lists }, (_, at) => ({ ...listCursor('thing'), position: `list${at} 0` }));
  return { share, paginator: new Paginator(cursors, source, { ...SIDE_BY_SIDE, memory: share }) };
}

/** Reads to the end. @returns the ids of all items */
async function readAll(paginator: Paginator, provider: Provider, sizes: readonly number[]): Promise<string[]> {
  const ids: string[] = [];
  for (let page = await paginator.next(); page !== null; page = await paginator.next()) {
    const [item] = page.page.items;
    ids.push(item?.id ?? '');
    provider.give(-(sizes[Number(item?.id.split(' ')[1])] ?? 0));
  }
  return ids;
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 50));

describe('the memory of streamed loads', () => {
  it('holds what 24 unread loads of large pages fetch, whose organization leaves room for others', async () => {
    const memory = new LoadMemory(TOTAL);
    const sizes = Array<number>(50).fill(15 * MB);
    const hog = new Provider(sizes, MB);
    for (let i = 0; i < 24; i += 1) void begin(memory, 'hog', hog, 4).paginator.next();
    await settled();
    expect(hog.held).toBeLessThanOrEqual(TOTAL / 2);
    const small = [0.2 * MB, 0.2 * MB, 0.2 * MB];
    const others = ['one', 'two', 'three', 'four'].map(async (orgId) => {
      const provider = new Provider(small);
      expect(await readAll(begin(memory, orgId, provider).paginator, provider, small)).toHaveLength(3);
    });
    await Promise.all(others);
    expect(hog.held).toBeLessThanOrEqual(TOTAL / 2);
  });

  it('leaves room for the other loads of the same user', async () => {
    const memory = new LoadMemory(TOTAL);
    const hog = new Provider(Array<number>(50).fill(4 * MB), MB);
    void begin(memory, 'acme', hog, 40).paginator.next();
    await settled();
    const small = Array<number>(5).fill(2 * MB);
    const provider = new Provider(small);
    expect(await readAll(begin(memory, 'acme', provider).paginator, provider, small)).toHaveLength(5);
  });

  it('leaves room for the other users of the same organization', async () => {
    const memory = new LoadMemory(TOTAL);
    const hog = new Provider(Array<number>(50).fill(4 * MB), MB);
    for (let i = 0; i < 8; i += 1) void begin(memory, 'acme mallory', hog, 40).paginator.next();
    await settled();
    const small = Array<number>(5).fill(2 * MB);
    const provider = new Provider(small);
    expect(await readAll(begin(memory, 'acme', provider).paginator, provider, small)).toHaveLength(5);
  });

  it('is free again for those that wait when a load is closed', async () => {
    const memory = new LoadMemory(64 * MB);
    const sizes = [30 * MB];
    const [first, second, third] = ['a', 'b', 'c'].map((org) => begin(memory, org, new Provider(sizes, MB)));
    await first?.paginator.next();
    await second?.paginator.next();
    let isGiven = false;
    const reading = third?.paginator.next().finally(() => (isGiven = true));
    await settled();
    expect(isGiven).toBe(false);
    first?.share.close();
    expect(await reading).not.toBeNull();
  });

  it('keeps no load waiting that is closed', async () => {
    const memory = new LoadMemory(64 * MB);
    const [first, second, third] = ['a', 'b', 'c'].map((org) => begin(memory, org, new Provider([30 * MB], MB)));
    await first?.paginator.next();
    await second?.paginator.next();
    const reading = third?.paginator.next();
    await settled();
    third?.share.close();
    await reading;
  });

  it('fetches a page again that needs more than is free, and gives it whole', async () => {
    const memory = new LoadMemory(64 * MB);
    void begin(memory, 'hog', new Provider(Array<number>(90).fill(MB)), 60).paginator.next();
    await settled();
    const sizes = [30 * MB, MB, 30 * MB];
    const provider = new Provider(sizes, MB);
    const { paginator } = begin(memory, 'acme', provider);
    expect(await readAll(paginator, provider, sizes)).toEqual(['list0 0', 'list0 1', 'list0 2']);
    expect(paginator.failures).toEqual([]);
  });

  it('is never exceeded, and every load that is read comes to its end, whatever the sizes', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 50_000 }), fc.integer({ min: 1, max: 31 * MB }));
    const load = fc.record({
      org: fc.integer({ min: 0, max: 3 }),
      sizes: fc.array(size, { minLength: 1, maxLength: 5 }),
      lists: fc.integer({ min: 1, max: 6 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(load, { minLength: 1, maxLength: 8 }), async (loads) => {
        const memory = new LoadMemory(64 * MB);
        const providers: Provider[] = [];
        const running = loads.map(async ({ org, sizes, lists }) => {
          const provider = new Provider(sizes, 4 * MB);
          providers.push(provider);
          const { paginator, share } = begin(memory, `${org}`, provider, lists);
          expect(await readAll(paginator, provider, sizes)).toHaveLength(lists * sizes.length);
          expect(paginator.failures).toEqual([]);
          share.close();
        });
        let isOver = false;
        const watching = (async () => {
          for (; !isOver; await new Promise((resolve) => setImmediate(resolve)))
            expect(providers.reduce((sum, { held }) => sum + held, 0)).toBeLessThanOrEqual(64 * MB);
        })();
        await Promise.all([watching, Promise.all(running).finally(() => (isOver = true))]);
        // Nothing is counted any more.
        const whole = memory.open({ orgId: 'another', userId: 'ann' });
        expect(whole.grow(64 * MB)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
