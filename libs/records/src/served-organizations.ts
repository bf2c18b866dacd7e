const MAX_ORGANIZATIONS = 1_000;

/** Whose collections this process has claimed, so that many of one organization do not go before those of all others. */
export class ServedOrganizations {
  /** In the order in which they were served. */
  private readonly turns = new Map<string, number>();
  private last = 0;

  add(orgId: string): void {
    this.turns.delete(orgId);
    this.turns.set(orgId, (this.last += 1));
    if (this.turns.size <= MAX_ORGANIZATIONS) return;
    const [oldest] = this.turns.keys();
    if (oldest !== undefined) this.turns.delete(oldest);
  }

  /** Grows with each; 0: it was not served. */
  turnOf(orgId: string): number {
    return this.turns.get(orgId) ?? 0;
  }

  /** Those that were served, longest ago first. */
  all(): string[] {
    return [...this.turns.keys()];
  }
}
