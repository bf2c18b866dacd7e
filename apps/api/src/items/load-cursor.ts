import { Injectable } from '@nestjs/common';
import { Problem } from '#problem';
import { Keyring } from '#vault';

/** Where a paged load stands, and what it was asked for at its start. */
export interface LoadState {
  types: readonly string[];
  parent: string | null;
  updatedSince: string | null;
  /** Index into `types`. */
  at: number;
  /** The integration's position within that type; `null`: its beginning. */
  position: string | null;
  /** Items of the page at `position` that were given out already. */
  skip: number;
  /** Marks of the items given last, so that none is given again when a provider's pages overlap. */
  recent: readonly string[];
}

/** Cursors are sealed: nobody can read, change or use one for another connection. */
@Injectable()
export class LoadCursors {
  constructor(private readonly keyring: Keyring) {}

  encode(state: LoadState, connectionId: string): string {
    return this.keyring.seal(JSON.stringify(state), context(connectionId));
  }

  /** @throws Problem `invalid-request` */
  decode(cursor: string, connectionId: string): LoadState {
    const opened = this.keyring.tryOpen(cursor, context(connectionId));
    if (opened !== null) return JSON.parse(opened) as LoadState;
    throw new Problem(
      'invalid-request',
      'This cursor belongs to another connection, or was changed. Start the load again without it.',
      {
        errors: [{ pointer: '/cursor', detail: 'is no cursor of this connection' }],
      },
    );
  }
}

function context(connectionId: string): string {
  return `load cursor ${connectionId}`;
}
