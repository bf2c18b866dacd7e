import { Injectable } from '@nestjs/common';
import { KeyValueStore } from '@causeway/store';

/** Up to where the journal of an integration was taken over. */
export interface JournalPosition {
  /** Of the last entry. `null`: there was none yet, so that the oldest one is the next. */
  offset: string | null;
  /** Attempts to read the next one that failed, and when the first of them did, in milliseconds since the epoch. */
  failures: number;
  failingSince: number | null;
}

export interface StoredPosition {
  position: JournalPosition;
  /** As it is stored: what is written next replaces exactly that. `null`: nothing is. */
  value: string | null;
}

export const JOURNALS = 'provider-journals';

@Injectable()
export class JournalPositions {
  constructor(private readonly store: KeyValueStore) {}

  /** `null`: the journal was never read. */
  async find(integration: string): Promise<StoredPosition | null> {
    const value = await this.store.get({ partition: JOURNALS, key: keyOf(integration) });
    return value === null ? null : { position: JSON.parse(value) as JournalPosition, value };
  }

  /** @param position `null`: it is read as if for the first time @returns false: another process has moved it */
  async move(integration: string, from: StoredPosition | null, position: JournalPosition | null): Promise<boolean> {
    const key = keyOf(integration);
    return this.store.commitIfUnchanged(JOURNALS, {
      expect: [{ key, value: from?.value ?? null }],
      ...(position === null ? { remove: [key] } : { put: [{ key, value: JSON.stringify(position) }] }),
    });
  }
}

function keyOf(integration: string): string {
  return `position:${integration}`;
}
