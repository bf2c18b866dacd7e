import { hash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@causeway/problem';
import type { KeyValueStore, Ref } from '@causeway/store';

/** How many authorization requests may be open at a time. */
export interface OpenRequestLimits {
  user: number;
  organization: number;
}

/** Where an open request counts. */
export interface OpenRequestSlots {
  user: number;
  organization: number;
  /** What both slots hold. */
  value: string;
}

type Owner = Record<'orgId' | 'userId', string>;

interface Free {
  slot: number;
  current: string | null;
}

/** A slot at random is free in most cases; only then are all of them read. */
const BLIND_TRIES = 3;
const MAX_RACES = 20;
/** The longest wait before a race, times its number: those that lost together do not come back together. */
const PAUSE_MS = 3;
const OPENED = ' opened';
/** By how much the clocks of processes may differ. */
const RELEASE_MARGIN_MS = 5_000;

/**
 * Counts the open authorization requests of each user and organization by slots: keys in the store that expire with the request, so that a
 * process that dies leaves nothing counted. The user's slot also says whether the request was opened in a browser, which happens once.
 */
export class OpenRequests {
  constructor(
    private readonly store: KeyValueStore,
    private readonly limits: OpenRequestLimits,
    private readonly clock: () => number,
  ) {}

  /** @throws Problem `too-many-requests`, with the seconds until a slot expires */
  async add(owner: Owner, expiresAt: number): Promise<OpenRequestSlots> {
    const id = randomUUID();
    const value = `${expiresAt} ${id}`;
    const random = Number.parseInt(id.slice(0, 8), 16);
    for (let race = 0; race < MAX_RACES; race += 1) {
      if (race > BLIND_TRIES) await sleep(Math.random() * race * PAUSE_MS);
      const [user, organization] =
        race < BLIND_TRIES
          ? [blind(random + race, this.limits.user), blind(random + race, this.limits.organization)]
          : await this.findFree(owner);
      const keys = keysOf(owner, { user: user.slot, organization: organization.slot });
      const ttlMs = expiresAt - this.clock();
      const isAdded = await this.store.commitIfUnchanged(partitionOf(owner), {
        expect: [
          { key: keys.user, value: user.current },
          { key: keys.organization, value: organization.current },
        ],
        put: Object.values(keys).map((key) => ({ key, value, ttlMs })),
      });
      if (isAdded) return { user: user.slot, organization: organization.slot, value };
    }
    // Only where few slots are free for many requests does one lose so often.
    throw new Problem('too-many-requests', 'Too many authorizations are started at this moment. Try again.', {
      retryAfter: 1,
    });
  }

  async isUnopened(owner: Owner, slots: OpenRequestSlots): Promise<boolean> {
    const partition = partitionOf(owner);
    return (await this.store.get({ partition, key: keysOf(owner, slots).user })) === slots.value;
  }

  /** @returns false if it was opened before, or has ended */
  markOpened(owner: Owner, slots: OpenRequestSlots, ttlMs: number): Promise<boolean> {
    const { user: key } = keysOf(owner, slots);
    return this.store.commitIfUnchanged(partitionOf(owner), {
      expect: [{ key, value: slots.value }],
      put: [{ key, value: slots.value + OPENED, ttlMs }],
    });
  }

  /** @returns false if it has ended, or was opened */
  removeUnopened(owner: Owner, slots: OpenRequestSlots): Promise<boolean> {
    const keys = Object.values(keysOf(owner, slots));
    return this.store.commitIfUnchanged(partitionOf(owner), {
      expect: keys.map((key) => ({ key, value: slots.value })),
      remove: keys,
    });
  }

  /** For an opened request that has ended; once. Near the time when its slots expire they may have become those of another request. */
  async release(owner: Owner, slots: OpenRequestSlots): Promise<void> {
    if (endOf(slots.value) - RELEASE_MARGIN_MS <= this.clock()) return;
    await this.store.commitIfUnchanged(partitionOf(owner), { remove: Object.values(keysOf(owner, slots)) });
  }

  private async findFree(owner: Owner): Promise<[user: Free, organization: Free]> {
    const partition = partitionOf(owner);
    const { user, organization } = this.limits;
    const refs = [
      ...Array.from({ length: user }, (_, slot) => ({ partition, key: keysOf(owner, { user: slot }).user })),
      ...Array.from({ length: organization }, (_, slot) => ({
        partition,
        key: keysOf(owner, { organization: slot }).organization,
      })),
    ];
    const values = await this.store.getMany(refs);
    return [this.anyFree(values.slice(0, user), 'user'), this.anyFree(values.slice(user), 'organization')];
  }

  private anyFree(values: readonly (string | null)[], of: keyof OpenRequestLimits): Free {
    const now = this.clock();
    const ends = values.map((value) => (value === null ? 0 : endOf(value)));
    const free = [...ends.keys()].filter((slot) => (ends[slot] ?? 0) <= now);
    const slot = free[Math.floor(Math.random() * free.length)];
    if (slot !== undefined) return { slot, current: values[slot] ?? null };
    throw new Problem(
      'too-many-requests',
      `This ${of} has ${values.length} authorizations open, which is the limit. Finish or cancel one, or wait until one expires.`,
      { retryAfter: Math.max(1, Math.ceil((Math.min(...ends) - now) / 1000)) },
    );
  }
}

function endOf(value: string): number {
  return Number.parseInt(value, 10);
}

function blind(random: number, limit: number): Free {
  return { slot: random % limit, current: null };
}

const PARTITION_PREFIX = 'open-requests-';

function partitionOf({ orgId }: Owner): string {
  return `${PARTITION_PREFIX}${digest([orgId]).slice(0, 12)}`;
}

export function isOpenRequest({ partition }: Ref): boolean {
  return partition.startsWith(PARTITION_PREFIX);
}

function keysOf({ orgId, userId }: Owner, { user = 0, organization = 0 }: Partial<OpenRequestSlots>) {
  return {
    user: `user:${digest([orgId, userId])}:${user}`,
    organization: `organization:${digest([orgId])}:${organization}`,
  };
}

function digest(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url');
}
