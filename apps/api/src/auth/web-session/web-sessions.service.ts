import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Store } from '@causeway/store';
import { Keyring } from '@causeway/crypto';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { Cookies } from '../../http/cookies.js';
import type { Session } from '../sessions/sessions.service.js';

/** What somebody signed in with, as far as it has to be looked at again with every request. Never the key itself. */
export type Opener =
  { kind: 'operator'; adminKeyHash: string } | { kind: 'key'; keyId: string } | { kind: 'session'; session: Session };

/** Somebody's sign-in to the web app, in one browser. Times are milliseconds since the epoch. */
export interface WebSession {
  id: string;
  opener: Opener;
  expiresAt: number;
}

const LONGEST_MS = 12 * 60 * 60_000;
const NAME = 'causeway-session';
const CONTEXT = 'web session';
const PARTITION = 'web-sessions';

/**
 * The web app's cookie. It carries its own content, sealed, and is not kept anywhere; only that somebody signed out is, until it would
 * have ended anyway. `Strict`: no page of another site makes a browser send it, not even by a link.
 */
@Injectable()
export class WebSessionsService {
  private readonly cookies: Cookies;

  constructor(
    private readonly keyring: Keyring,
    private readonly store: Store,
    @Inject(CONFIGURATION) { publicUrl }: Configuration,
  ) {
    this.cookies = new Cookies(publicUrl, 'Strict');
  }

  /** @param end when what it was opened with ends, if it does. @returns `Set-Cookie` */
  open(opener: Opener, end: number | null, now: number): string {
    const expiresAt = Math.min(now + LONGEST_MS, end ?? Infinity);
    const session: WebSession = { id: randomUUID(), opener, expiresAt };
    const maxAgeSeconds = Math.max(1, Math.floor((expiresAt - now) / 1000));
    return this.cookies.set(NAME, this.keyring.seal(JSON.stringify(session), CONTEXT), maxAgeSeconds);
  }

  /** @returns `Set-Cookie` */
  cleared(): string {
    return this.cookies.clear(NAME);
  }

  /** The sealed text itself: for whoever only has to tell cookies apart. */
  textIn(cookieHeader: string | undefined): string | undefined {
    return this.cookies.get(cookieHeader, NAME);
  }

  /** `null`: there is none of ours, it was changed, or it has ended. @throws Problem `store-unavailable` */
  async find(cookieHeader: string | undefined, now: number): Promise<WebSession | null> {
    const text = this.textIn(cookieHeader);
    const opened = text === undefined ? null : this.keyring.tryOpen(text, CONTEXT);
    const session = opened === null ? null : (JSON.parse(opened) as WebSession);
    if (session === null || session.expiresAt <= now) return null;
    return (await this.store.get({ partition: PARTITION, key: keyOf(session.id) })) === null ? session : null;
  }

  /** Also where a copy of the cookie is used: from now on it opens nothing, on any replica. */
  async end({ id, expiresAt }: WebSession, now: number): Promise<void> {
    const ttlMs = Math.max(1, expiresAt - now);
    await this.store.commitIfUnchanged(PARTITION, { put: [{ key: keyOf(id), value: 'signed out', ttlMs }] });
  }
}

function keyOf(id: string): string {
  return `signed-out:${id}`;
}
