import type { Edits } from './edits.js';

/** A workspace, user, portal or team that a person can choose on the consent page. */
export interface Account {
  /** The provider's own id for it (workspace_id, hub_id, team id, …). */
  readonly id: string;
  readonly name: string;
  /** One line for the consent page: what is inside, or what is odd about it. */
  readonly note: string;
  /** Item counts, each can be changed through the control API. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** What the items of an account are computed from. */
export interface AccountData {
  readonly account: Account;
  /** Item counts in force for this account. */
  readonly sizes: Readonly<Record<string, number>>;
  /** Seed of everything generated for this account. */
  readonly seed: string;
  readonly edits: Edits;
}
