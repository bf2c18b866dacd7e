import { randomUUID } from 'node:crypto';
import type { Ref, Store } from '../src/index.js';
import { eventually } from './eventually.js';

export function describeLeases(current: () => Store): void {
  describe('leases', () => {
    let partition: string;
    beforeEach(() => {
      partition = randomUUID();
    });
    const ref = (key = 'key'): Ref => ({ partition, key });
    const put = (key: string, value: string, ttlMs?: number) =>
      current().commitIfUnchanged(partition, { put: [{ key, value, ...(ttlMs === undefined ? {} : { ttlMs }) }] });

    it('has one owner until it is released', async () => {
      const owners = Array.from({ length: 50 }, (_, i) => `owner-${i}`);
      const got = await Promise.all(owners.map((owner) => current().acquireLease(ref(), owner, 60_000)));
      expect(got.filter(Boolean)).toHaveLength(1);
      const holder = owners[got.indexOf(true)]!;
      expect(await current().acquireLease(ref(), holder, 60_000)).toBe(false);
      expect(await current().releaseLeaseIfOwner(ref(), holder)).toBe(true);
      expect(await current().releaseLeaseIfOwner(ref(), holder)).toBe(false);
      expect(await current().acquireLease(ref(), 'next', 60_000)).toBe(true);
    });

    it('cannot be extended or released by another owner', async () => {
      await current().acquireLease(ref(), 'holder', 60_000);
      expect(await current().extendLeaseIfOwner(ref(), 'other', 60_000)).toBe(false);
      expect(await current().releaseLeaseIfOwner(ref(), 'other')).toBe(false);
      expect(await current().extendLeaseIfOwner(ref(), 'holder', 60_000)).toBe(true);
    });

    it('expires, and is then lost to its owner', async () => {
      await current().acquireLease(ref(), 'first', 40);
      await eventually(async () => expect(await current().acquireLease(ref(), 'second', 60_000)).toBe(true));
      expect(await current().extendLeaseIfOwner(ref(), 'first', 60_000)).toBe(false);
      expect(await current().releaseLeaseIfOwner(ref(), 'first')).toBe(false);
      expect(await current().acquireLease(ref(), 'third', 60_000)).toBe(false);
    });

    it('cannot be extended after it has expired, even if nobody else holds it', async () => {
      await current().acquireLease(ref(), 'holder', 40);
      await current().acquireLease(ref('witness'), 'holder', 40);
      await eventually(async () => expect(await current().acquireLease(ref('witness'), 'other', 60_000)).toBe(true));
      expect(await current().extendLeaseIfOwner(ref(), 'holder', 60_000)).toBe(false);
    });

    it('is extended from the present time', async () => {
      await current().acquireLease(ref(), 'holder', 400);
      await current().acquireLease(ref('witness'), 'holder', 400);
      expect(await current().extendLeaseIfOwner(ref(), 'holder', 60_000)).toBe(true);
      await eventually(async () => expect(await current().acquireLease(ref('witness'), 'other', 60_000)).toBe(true));
      expect(await current().acquireLease(ref(), 'other', 60_000)).toBe(false);
    });

    it('shares no keys with values', async () => {
      await current().acquireLease(ref(), 'holder', 60_000);
      expect(await current().get(ref())).toBeNull();
      await put('key', 'other');
      expect(await current().extendLeaseIfOwner(ref(), 'holder', 60_000)).toBe(true);
      expect(await current().get(ref())).toBe('other');
    });

    it('lasts at least a millisecond', async () => {
      await expect(current().acquireLease(ref(), 'holder', 0)).rejects.toBeInstanceOf(RangeError);
    });
  });
}
