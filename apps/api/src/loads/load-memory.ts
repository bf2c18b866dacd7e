import type { AccountContext } from '../integrations/integration.js';

const MB = 1024 * 1024;

/** What is reserved for the first page of a load. Documented pages are a tenth of it up to a little more. */
const FIRST_PAGE_BYTES = MB / 2;
/** `HttpClient` reads no larger response, so no page is given up that has this much. */
const LARGEST_PAGE_BYTES = 32 * MB;

/** Where a load reserves memory before it fetches a page. */
export interface PageMemory {
  /** For one more page; `null`: there is no room, and `room` resolves when there is. */
  reserve(): PageReservation | null;
  readonly room: Promise<void> | null;
}

export interface PageReservation {
  /** The page needed more than there was: it has to be fetched again. */
  readonly wasTooSmall: boolean;
  /** The account for the requests of this page, which count to it. */
  count(account: AccountContext): AccountContext;
  /** The page is there: it holds what its responses had. */
  settle(): void;
  release(): void;
}

/** For a load that holds a page at a time and gives it at once. */
export const UNCOUNTED: PageMemory = {
  room: null,
  reserve: () => ({ wasTooSmall: false, count: (account) => account, settle: () => {}, release: () => {} }),
};

/**
 * The bytes of providers' responses that all streamed loads of this process hold: on their way, fetched ahead, or not yet taken by their
 * reader. An organization may hold as much as is still free, a user as much as its organization has left, and a load as much as its user has
 * left ("dynamic thresholds", Choudhury and Hahne 1998). So what is not read never fills all of it, and the others go on.
 */
export class LoadMemory {
  private used = 0;
  private readonly held = new Map<unknown, number>();
  private readonly waiting = new Set<LoadShare>();

  constructor(private readonly totalBytes: number) {}

  open({ orgId, userId }: { orgId: string; userId: string }): LoadShare {
    return new LoadShare(this, [orgId, JSON.stringify([orgId, userId])]);
  }

  /** Whether there was room. */
  take(holders: readonly unknown[], bytes: number): boolean {
    let room = this.totalBytes - this.used - bytes;
    if (room < 0) return false;
    for (const holder of holders) {
      const held = this.held.get(holder) ?? 0;
      // Whoever holds nothing gets what it needs: a large page must not wait for ever.
      if (held > 0 && held + bytes > room) return false;
      room -= held + bytes;
    }
    this.add(holders, bytes);
    return true;
  }

  /** Without asking whether there is room, or negative. */
  add(holders: readonly unknown[], bytes: number): void {
    this.used += bytes;
    for (const holder of holders) {
      const left = (this.held.get(holder) ?? 0) + bytes;
      if (left > 0) this.held.set(holder, left);
      else this.held.delete(holder);
    }
    if (bytes < 0) this.serve();
  }

  await(share: LoadShare): void {
    this.waiting.add(share);
  }

  leave(share: LoadShare): void {
    this.waiting.delete(share);
  }

  /** Those that wait longest first. A large page lets smaller ones pass that fit. */
  private serve(): void {
    for (const share of this.waiting) if (share.tryAgain()) this.waiting.delete(share);
  }
}

/** What one load holds. */
class LoadShare implements PageMemory {
  room: Promise<void> | null = null;
  private held = 0;
  private enter = () => {};
  private granted: Reservation | null = null;
  private largestPage = FIRST_PAGE_BYTES / 2;
  private isClosed = false;
  private readonly holders: readonly unknown[];

  constructor(
    private readonly memory: LoadMemory,
    holders: readonly unknown[],
  ) {
    this.holders = [...holders, this];
  }

  reserve(): PageReservation | null {
    const { granted } = this;
    this.granted = null;
    if (granted !== null) return granted;
    if (this.room !== null) return null;
    const reserved = this.tryReserve();
    if (reserved !== null) return reserved;
    this.room = new Promise((resolve) => (this.enter = resolve));
    this.memory.await(this);
    return null;
  }

  /** Whether the load that waited has its reservation. */
  tryAgain(): boolean {
    this.granted = this.tryReserve();
    if (this.granted === null) return false;
    this.room = null;
    this.enter();
    return true;
  }

  grow(bytes: number): boolean {
    // Its requests are being aborted.
    if (this.isClosed) return true;
    if (!this.memory.take(this.holders, bytes)) return false;
    this.held += bytes;
    return true;
  }

  /** Negative: gives back. */
  add(bytes: number): void {
    if (this.isClosed) return;
    this.held += bytes;
    this.memory.add(this.holders, bytes);
  }

  /** A page of this load has so many bytes, or more. */
  learn(bytes: number): void {
    this.largestPage = Math.max(bytes, this.largestPage);
  }

  /** Everything is let go: the requests of the load are aborted, and its reader is gone. */
  close(): void {
    this.add(-this.held);
    this.isClosed = true;
    this.memory.leave(this);
    if (this.room !== null) this.tryAgain();
  }

  private tryReserve(): Reservation | null {
    const bytes = Math.min(2 * this.largestPage, LARGEST_PAGE_BYTES);
    return this.grow(bytes) ? new Reservation(this, bytes) : null;
  }
}

class Reservation implements PageReservation {
  wasTooSmall = false;
  private read = 0;
  /** Results that other loads wait for as well are never given up. */
  private remembering = 0;

  constructor(
    private readonly share: LoadShare,
    private bytes: number,
  ) {}

  count({ api, ...account }: AccountContext): AccountContext {
    return {
      ...account,
      api: {
        read: (request) => {
          let known = 0;
          const acceptBody = (bytes: number) => {
            this.read += Math.max(0, bytes - known);
            known = Math.max(known, bytes);
            return this.hasRoom();
          };
          return api.read({ ...request, acceptBody });
        },
        remember: (key, load) =>
          api.remember(key, async () => {
            this.remembering += 1;
            try {
              return await load();
            } finally {
              this.remembering -= 1;
            }
          }),
      },
    };
  }

  settle(): void {
    this.share.learn(this.read);
    this.share.add(this.read - this.bytes);
    this.bytes = this.read;
  }

  release(): void {
    this.share.add(-this.bytes);
    this.bytes = 0;
  }

  private hasRoom(): boolean {
    const missing = this.read - this.bytes;
    if (missing <= 0 || this.remembering > 0 || this.bytes >= LARGEST_PAGE_BYTES) return true;
    const more = Math.max(missing, this.bytes);
    this.wasTooSmall ||= !this.share.grow(more);
    if (this.wasTooSmall) this.share.learn(this.bytes + more);
    else this.bytes += more;
    return !this.wasTooSmall;
  }
}
