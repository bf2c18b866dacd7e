import { hash, randomBytes } from 'node:crypto';
import type { Keyring, SealingKeys } from '@causeway/crypto';
import type { ProblemBody } from '@causeway/problem';
import type { BlockSeal, Collection, RunKind, StoredRecord, ValueKind } from '@causeway/records';
import type { IntegrationItem } from '../integrations/integration.js';
import type { LoadCursor } from '../loads/load-cursor.js';

export const EVIDENCE = ['told', 'confirmed', 'inferred'] as const;
export type Evidence = (typeof EVIDENCE)[number];

export const OUTCOMES = ['running', 'complete', 'incomplete', 'failed'] as const;

/** What the caller decides. Times are milliseconds since the epoch, intervals seconds. */
export interface SyncSettings {
  types: readonly string[];
  parent: string | null;
  everySeconds: number;
  fullEverySeconds: number;
  paused: boolean;
  /** Names and hashes of the records are made with it, so that equal items of two syncs cannot be recognized in the store. */
  salt: string;
}

export interface Run {
  id: string;
  startedAt: number;
  endedAt: number | null;
  kind: RunKind;
  outcome: (typeof OUTCOMES)[number];
  added: number;
  updated: number;
  deleted: number;
  unchanged: number;
  requests: number;
  waitedMs: number;
  problem: ProblemBody | null;
}

/** A type of which suspiciously many items would be gone at once: they are kept until the next full pass says the same. */
export interface Held {
  type: string;
  known: number;
  missing: number;
}

/** What a run goes on from, in this process or another one. */
export interface RunProgress {
  number: number;
  run: Run;
  /** `null`: everything was read, and what is gone is being looked for. */
  cursor: LoadCursor | null;
  /** Containers of which an item was read in this run. */
  containers: readonly string[];
  /** What this run holds back. */
  held: readonly Held[];
  /** The number of the last record that was looked at while looking for what is gone. */
  lookedAt: number;
}

export interface SyncState {
  /** The number of runs so far. */
  runs: number;
  progress: RunProgress | null;
  lastRun: Run | null;
  /** When the last complete run of any kind began, and the last full one; `null`: there was none. */
  completeAt: number | null;
  fullAt: number | null;
  /** What the last full pass read was shaped by; another shape needs another full pass. */
  shape: string | null;
  /** In which the last full pass found items; not of states that an earlier version wrote. */
  containers?: readonly string[];
  /** Types whose deletion the last full pass has held back. */
  suspicious: readonly string[];
  /** Runs in a row that were not complete. */
  failures: number;
}

const NO_STATE: SyncState = {
  runs: 0,
  progress: null,
  lastRun: null,
  completeAt: null,
  fullAt: null,
  shape: null,
  suspicious: [],
  failures: 0,
};

/** What identifies an item in an account, and where it was. */
export type ItemName = Pick<IntegrationItem, 'type' | 'id' | 'driveId' | 'parentId'>;

/** The content of a record: a change as the feed gives it, without its time. */
export type StoredChange = ItemName &
  ({ op: 'upsert'; item: IntegrationItem; evidence: null } | { op: 'delete'; item: null; evidence: Evidence });

/** @param item its JSON; `null`: it is deleted @returns the JSON of a `StoredChange` */
export function changeText(
  { type, id, driveId, parentId }: ItemName,
  item: string | null,
  evidence: Evidence | null,
): string {
  const name = JSON.stringify({ op: item === null ? 'delete' : 'upsert', type, id, driveId, parentId });
  return `${name.slice(0, -1)},"item":${item},"evidence":${JSON.stringify(evidence)}}`;
}

/** Containers that are named in `RunProgress`; what is in others is asked for by its id. */
export const MAX_CONTAINERS = 1_000;

/** What is written of one sync: sealed for it, under names that say nothing. */
export class SyncSeal {
  private readonly keys: SealingKeys;
  /** Whoever can write in the store cannot put a block in the place of another one. */
  readonly blocks: BlockSeal;

  constructor(
    keyring: Keyring,
    private readonly id: string,
  ) {
    const keys = keyring.sealingKeys('sync');
    this.keys = keys;
    this.blocks = {
      seal: (values, name) => keys.sealBytes(values, this.context(name)),
      open: (sealed, name) => keys.openBytes(sealed, this.context(name)),
      tryOpen: (sealed, name) => keys.tryOpenBytes(sealed, this.context(name)),
      renewed: (sealed, name) => {
        const values = keys.isCurrent(sealed) ? null : keys.tryOpenBytes(sealed, this.context(name));
        return values === null ? null : keys.sealBytes(values, this.context(name));
      },
    };
  }

  settings(settings: SyncSettings): string {
    return this.seal('settings', settings);
  }

  openSettings({ settings }: Pick<Collection, 'settings'>): SyncSettings {
    return this.open('settings', settings);
  }

  state(state: SyncState): string {
    return this.seal('state', state);
  }

  openState({ state }: Pick<Collection, 'state'>): SyncState {
    return state === null ? NO_STATE : this.open('state', state);
  }

  run(run: Run): string {
    return this.seal('run', run);
  }

  /** False: this process lacks the key that another one has sealed it with, or it is damaged. */
  canOpen({ settings, state }: Pick<Collection, 'settings' | 'state'>): boolean {
    const isReadable = (kind: ValueKind, sealed: string) => this.keys.tryOpen(sealed, this.context(kind)) !== null;
    return isReadable('settings', settings) && (state === null || isReadable('state', state));
  }

  openRun(sealed: string): Run {
    return this.open('run', sealed);
  }

  /** With the first key, where it was sealed with another one; `null`: it is as it should be, or cannot be opened. */
  renewed(kind: ValueKind, sealed: string): string | null {
    const value = this.keys.isCurrent(sealed) ? null : this.keys.tryOpen(sealed, this.context(kind));
    return value === null ? null : this.keys.seal(value, this.context(kind));
  }

  private seal(kind: string, value: object): string {
    return this.keys.seal(JSON.stringify(value), this.context(kind));
  }

  private open<T>(kind: string, sealed: string): T {
    return JSON.parse(this.keys.open(sealed, this.context(kind))) as T;
  }

  private context(kind: string): string {
    return `sync ${this.id} ${kind}`;
  }
}

/** Of what `changeText` makes. */
export function openChange({ value }: Pick<StoredRecord, 'value'>): StoredChange {
  return JSON.parse(value) as StoredChange;
}

export function newSalt(): string {
  return randomBytes(32).toString('base64url');
}

export function recordKey(salt: string, { type, driveId, id }: Omit<ItemName, 'parentId'>): string {
  return digest(salt + JSON.stringify([type, driveId, id]));
}

/** The JSON of an item, as bytes: as a string, the garbage collector would copy it until it is written. */
export class ItemText {
  private readonly bytes: Buffer;

  constructor(
    private readonly salt: string,
    item: IntegrationItem,
  ) {
    this.bytes = Buffer.from(salt + JSON.stringify(item));
  }

  get hash(): string {
    return digest(this.bytes);
  }

  toString(): string {
    return this.bytes.toString('utf8', this.salt.length);
  }
}

/**
 * The first half of the SHA-256 of a secret salt and a text. Without the other half nobody can go on hashing from it, which is what HMAC
 * prevents by a second hash.
 */
function digest(salted: string | Buffer): string {
  return hash('sha256', salted, 'base64url').slice(0, DIGEST_CHARACTERS);
}

/** Of base64url, 132 bits. */
const DIGEST_CHARACTERS = 22;

/** The same for a sync of the same items. */
export function nameOf(connectionId: string, types: readonly string[], parent: string | null): string {
  return hash('sha256', JSON.stringify([connectionId, [...types].sort(), parent]), 'base64url');
}
