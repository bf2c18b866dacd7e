import { Injectable } from '@nestjs/common';
import type { AuditEvent } from './audit-event.js';
import { AuditChain } from './audit-chain.js';

type RefusalType = 'sign-in-failed' | 'credentials-refused';

const MINUTE_MS = 60_000;
/** Addresses with an entry of their own in a minute, of which the further failures are counted apart. */
const MAX_ADDRESSES = 10;
/** Those with most failures are named with their numbers. */
const NAMED = 4;
const OTHERS = 'other addresses';

/**
 * Counts what was refused, so that somebody who guesses keys pushes nothing out of the audit log: in a minute the first one of
 * each of the first addresses has an entry, and all others of that minute have one together.
 */
@Injectable()
export class RefusedCredentials {
  private readonly counts: Record<RefusalType, Map<string, number>> = {
    'sign-in-failed': new Map(),
    'credentials-refused': new Map(),
  };
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly chain: AuditChain) {}

  /** @param keyId of a key that is unknown, revoked or expired; `null`: not the form of a key */
  count(type: RefusalType, address: string, keyId: string | null): void {
    const counts = this.counts[type];
    const name = counts.has(address) || counts.size < MAX_ADDRESSES ? address : null;
    if (name !== null && !counts.has(name)) {
      counts.set(name, 0);
      this.record(type, `from ${address}${keyId === null ? '' : `, key ${keyId}`}`);
    } else {
      const shared = name ?? OTHERS;
      counts.set(shared, (counts.get(shared) ?? 0) + 1);
    }
    this.timer ??= setTimeout(() => this.endMinute(), MINUTE_MS).unref();
  }

  /** Records what was counted. */
  endMinute(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const [type, counts] of Object.entries(this.counts) as [RefusalType, Map<string, number>][]) {
      const more = [...counts].filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one);
      counts.clear();
      if (more.length === 0) continue;
      const named = more.slice(0, NAMED).map(([address, count]) => `${count} from ${address}`);
      const total = more.reduce((sum, [, count]) => sum + count, 0);
      this.record(type, `${total} more within a minute: ${named.join(', ')}${more.length > NAMED ? ', …' : ''}`);
    }
  }

  private record(type: RefusalType, detail: string): void {
    const event: AuditEvent = { type, actor: { kind: 'anyone', id: null }, detail };
    // Written behind: the store is not waited for, and a failure is logged there.
    void this.chain.record(event);
  }
}
