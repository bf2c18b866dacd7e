import type { Fields } from '../core/fields.js';
import type { SentWebhook } from './deliveries.js';

/** A webhook that an app has made through the provider's API. */
export interface Hook {
  readonly id: string;
  readonly clientId: string;
  readonly accountId: string;
  /** Where it watches. */
  readonly baseId: string;
  /** null: changes are only kept. */
  readonly notificationUrl: string | null;
  /** Key of the signatures, in base64. */
  readonly secret: string;
  readonly specification: Fields;
  expiresAt: number;
  areNotificationsEnabled: boolean;
  /** What happened, oldest first. */
  payloads: { cursor: number; at: number; payload: object }[];
  nextCursor: number;
  last: { sent: SentWebhook; willBeRetried: boolean } | undefined;
  lastSuccess: string | null;
  /** `due`: something happened while a notification was under way. */
  notification: 'idle' | 'sent' | 'due';
  /** How often the app has extended its life, and listed its payloads. */
  refreshes: number;
  listings: number;
}

export class Hooks {
  private hooks: Hook[] = [];
  private readonly transactions = new Map<string, number>();

  /** An expired one is gone. */
  alive = (now: number): Hook[] => this.hooks.filter(({ expiresAt }) => expiresAt > now);

  add(hook: Hook): void {
    this.hooks.push(hook);
  }

  remove(gone: Hook): void {
    this.hooks = this.hooks.filter((hook) => hook !== gone);
  }

  has = (hook: Hook): boolean => this.hooks.includes(hook);

  nextTransaction(baseId: string): number {
    const number = (this.transactions.get(baseId) ?? 0) + 1;
    this.transactions.set(baseId, number);
    return number;
  }

  reset(): void {
    this.hooks = [];
    this.transactions.clear();
  }
}
