import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Keyring } from '@causeway/crypto';

/** A short-lived right to act for one user. Times are milliseconds since the epoch. */
export interface Session {
  id: string;
  orgId: string;
  userId: string;
  /** `null`: all. */
  integrations: readonly string[] | null;
  expiresAt: number;
}

const PREFIX = 'cws_';
const CONTEXT = 'session';

/** Session tokens contain the sealed session: every replica verifies them without the store. */
@Injectable()
export class SessionsService {
  constructor(private readonly keyring: Keyring) {}

  create(request: Omit<Session, 'id'>): { session: Session; token: string } {
    const session = { id: randomUUID(), ...request };
    return { session, token: PREFIX + this.keyring.seal(JSON.stringify(session), CONTEXT) };
  }

  /** @returns `null` for a token that is not ours, was changed, or has expired */
  verify(token: string, now: number): Session | null {
    const opened = token.startsWith(PREFIX) ? this.keyring.tryOpen(token.slice(PREFIX.length), CONTEXT) : null;
    const session = opened === null ? null : (JSON.parse(opened) as Session);
    return session === null || session.expiresAt <= now ? null : session;
  }
}
