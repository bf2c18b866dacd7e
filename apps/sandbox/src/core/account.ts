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
