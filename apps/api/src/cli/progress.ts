const INTERVAL_MS = 1_000;

/** A line a second on standard error, for people and for logs alike. */
export class Progress {
  private count = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(private what: string) {
    this.timer = setInterval(() => this.report(), INTERVAL_MS).unref();
  }

  add(count = 1): void {
    this.count += count;
  }

  next(what: string): void {
    this.report();
    this.what = what;
    this.count = 0;
  }

  end(): void {
    clearInterval(this.timer);
    this.report();
  }

  private report(): void {
    process.stderr.write(`${this.what}: ${this.count.toLocaleString('en-US')}\n`);
  }
}
