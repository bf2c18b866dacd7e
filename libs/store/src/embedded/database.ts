import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { types } from 'node:util';
import type { Problem } from '@causeway/problem';
import { open, type RootDatabase } from 'lmdb';
import { unavailable } from '../unavailable.js';
import { rememberOrigin, verifyIfCopied } from './copied-file.js';
import { EMBEDDED_FILE } from './file.js';
import { KIND } from './keys.js';
import { LogRecords } from './log-records.js';
import { Records } from './records.js';

const SWEEP_INTERVAL_MS = 30_000;
const SWEEP_BATCH = 1_000;
/** So long the readers of a turn of the event loop may keep everything else waiting. */
const MAX_TURN_MS = 10;

/** The LMDB environment that the ports of the embedded store share. Reads are memory accesses. */
export class EmbeddedDatabase {
  readonly records: Records;
  readonly logs: LogRecords;
  private readonly sweeper: NodeJS.Timeout;
  private closed = false;
  private currentTurn: { began: number; end: Promise<void> } | null = null;

  constructor(
    readonly lmdb: RootDatabase<Buffer, Uint8Array>,
    private readonly path: string,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.records = new Records(lmdb);
    this.logs = new LogRecords(lmdb, this.records);
    this.sweeper = setInterval(() => {
      rememberOrigin(path);
      void this.sweep().catch(() => {});
    }, SWEEP_INTERVAL_MS).unref();
  }

  /**
   * Reads are memory accesses, whose promises resolve without a turn of the event loop: a loop over many of them would block it. After
   * a while, whoever comes next reads in the next turn. @throws Problem `store-unavailable`
   */
  async readInTurn<T>(step: (now: number) => T): Promise<T> {
    while (performance.now() - this.turn().began > MAX_TURN_MS) await this.turn().end;
    return this.read(step);
  }

  /** Of the event loop. */
  private turn(): { began: number; end: Promise<void> } {
    return (this.currentTurn ??= {
      began: performance.now(),
      end: setImmediate().then(() => {
        this.currentTurn = null;
      }),
    });
  }

  /** @throws Problem `store-unavailable` */
  read<T>(step: (now: number) => T): T {
    try {
      if (this.closed) throw new Error('closed');
      return step(Date.now());
    } catch (error) {
      throw this.failed(error);
    }
  }

  /**
   * lmdb groups the writes of several callers in one transaction. A child transaction rolls back the writes of a step that fails, and no
   * others. @throws Problem `store-unavailable`
   */
  async write<T>(step: (now: number) => T): Promise<T> {
    try {
      if (this.closed) throw new Error('closed');
      return await this.lmdb.childTransaction(() => step(Date.now()));
    } catch (error) {
      throw this.failed(await causeOf(error));
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearInterval(this.sweeper);
    await this.lmdb.close();
    rememberOrigin(this.path);
  }

  private failed(error: unknown): Problem {
    if (!this.closed) this.onFailure(error);
    return unavailable(error);
  }

  private async sweep(): Promise<void> {
    while (!this.closed && (await this.write((now) => this.sweepBatch(now))) === SWEEP_BATCH);
  }

  private sweepBatch(now: number): number {
    const expired = this.records.sweep(now, SWEEP_BATCH);
    for (const key of expired) if (key[0] === KIND.log) this.logs.removeEntries(key);
    return expired.length;
  }
}

/** The error of a commit that failed has its cause in a promise that is rejected, which would end the process if nobody caught it. */
async function causeOf(error: unknown): Promise<unknown> {
  if (!(types.isNativeError(error) && 'commitError' in error)) return error;
  return Promise.resolve(error.commitError).catch((cause: unknown) => cause);
}

/**
 * `eventTurnBatching: false`: otherwise lmdb makes a promise for each batch that nobody can catch when its commit fails.
 *
 * `overlappingSync: false`: a transaction is on the disk (fdatasync) before its promise resolves, so a crash of the process or of the
 * machine loses nothing that was acknowledged.
 *
 * A second process may open the same directory: LMDB serializes the writes, so every invariant holds between the processes, leases too.
 * Both must run on one machine and see each other's process ids (not two containers with a shared volume, not a network disk).
 *
 * @throws IncompleteCopyError
 */
export async function openLmdb(directory: string): Promise<{ lmdb: RootDatabase<Buffer, Uint8Array>; path: string }> {
  // The credentials in it are encrypted; other users of the machine still have no reason to read them.
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, EMBEDDED_FILE);
  await verifyIfCopied(path);
  const database = open<Buffer, Uint8Array>({
    path,
    // Otherwise lmdb takes a directory with a dot in its name for a file.
    noSubdir: true,
    encoding: 'binary',
    keyEncoding: 'binary',
    overlappingSync: false,
    eventTurnBatching: false,
  });
  // Also in a directory that was there before, and is open to others.
  for (const file of [path, `${path}-lock`]) await chmod(file, 0o600);
  rememberOrigin(path);
  return { lmdb: database, path };
}
