import type { Scope } from './access.decorator.js';

/** Whom rights come from: what has to be checked again for as long as they are used, but never the key itself. */
export type Principal =
  { kind: 'operator'; adminKeyHash: string } | { kind: 'key'; keyId: string } | { kind: 'session'; session: Session };

/** A short-lived right to act for one user. Times are milliseconds since the epoch. */
export interface Session {
  id: string;
  orgId: string;
  userId: string;
  /** `null`: all. */
  integrations: readonly string[] | null;
  scopes: readonly Scope[];
  createdAt: number;
  expiresAt: number;
  /** Who made it, and it ends with: `null` in sandbox mode, where nobody has a key. */
  maker: Principal | null;
  /** The web session in which it was made, and with which it ends. */
  webSession: string | null;
}
