import { Injectable } from '@nestjs/common';
import { Problem } from '@causeway/problem';
import { Keyring } from '@causeway/crypto';
import type { LoadState } from './load-state.js';

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
