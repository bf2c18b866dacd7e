import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';
import { sealingContext, type ConnectionRecord } from '../connections/connection-record.js';
import { ConnectionRepository } from '../connections/connection.repository.js';

const BATCH = 200;

export interface Resealed {
  looked: number;
  resealed: number;
  /** Connections that could not be opened, by the id of the key that they are sealed with. */
  unopened: Map<string, number>;
}

/**
 * Seals every credential with the first key. Safe beside a running service: a record is changed only if it is still as it was read,
 * and what is sealed with the first key already is left, so a run that was stopped goes on where it was.
 */
@Injectable()
export class Resealing {
  readonly firstKey: string;

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly keyring: Keyring,
  ) {
    this.firstKey = keyOf(keyring.seal('', ''));
  }

  async run(progress: (so: Resealed) => void, isStopped: () => boolean): Promise<Resealed> {
    const so: Resealed = { looked: 0, resealed: 0, unopened: new Map() };
    for (let after: string | null = null; !isStopped();) {
      const { found, last } = await this.batch(after);
      for (const outcome of await Promise.all(found.map((record) => this.reseal(record)))) {
        so.looked += 1;
        if (outcome === 'resealed') so.resealed += 1;
        else if (outcome !== 'left') so.unopened.set(outcome.key, (so.unopened.get(outcome.key) ?? 0) + 1);
      }
      progress(so);
      after = last;
      if (after === null) break;
    }
    return so;
  }

  /** Of how many credentials each key is the key now: a process that still has an older first key may have sealed with it meanwhile. */
  async count(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let after: string | null = null; ;) {
      const { found, last } = await this.batch(after);
      for (const { credential } of found) counts.set(keyOf(credential), (counts.get(keyOf(credential)) ?? 0) + 1);
      after = last;
      if (after === null) return counts;
    }
  }

  private async batch(after: string | null): Promise<{ found: ConnectionRecord[]; last: string | null }> {
    const { found, last } = await this.repository.list({}, BATCH, after);
    return { found: found.map(({ record }) => record), last };
  }

  private async reseal({ id, credential }: ConnectionRecord): Promise<'resealed' | 'left' | { key: string }> {
    if (keyOf(credential) === this.firstKey) return 'left';
    let unopened: string | null = null;
    const changed = await this.repository.update(
      id,
      (record) => {
        unopened = null;
        if (keyOf(record.credential) === this.firstKey) return null;
        const context = sealingContext(record);
        const opened = this.keyring.tryOpen(record.credential, context);
        if (opened !== null) return { ...record, credential: this.keyring.seal(opened, context) };
        unopened = keyOf(record.credential);
        return null;
      },
      null,
    );
    if (unopened !== null) return { key: unopened };
    return changed === null ? 'left' : 'resealed';
  }
}

/** A sealed text names its key; see Keyring. */
function keyOf(sealed: string): string {
  return sealed.split('.')[1] ?? '';
}
