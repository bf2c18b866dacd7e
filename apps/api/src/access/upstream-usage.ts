/** A request to this service, and what it has asked of providers, for its line in the log. */
export class UpstreamUsage {
  calls = 0;
  /** Of all calls together, with their waits and retries. */
  ms = 0;
  /** Of `ms`, what was waited for the providers' limits and before retries. */
  waitedMs = 0;

  constructor(readonly requestId: string) {}

  count(ms: number): void {
    this.calls += 1;
    this.ms += ms;
  }
}
