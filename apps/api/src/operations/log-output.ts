const FLUSH_MS = 100;
const MAX_CHARACTERS = 16 * 1024;

/**
 * Standard output for lines that come with every request: written a tenth of a second together, because each write is a system call that
 * takes as long as a tenth of a token look-up.
 */
class LogOutput {
  private pending = '';
  private timer: NodeJS.Timeout | undefined;

  write(line: string): void {
    this.pending += `${line}\n`;
    if (this.pending.length >= MAX_CHARACTERS) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref();
  }

  /** Before any other line, so that the order is kept, and before the process ends. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.pending === '') return;
    const text = this.pending;
    this.pending = '';
    process.stdout.write(text);
  }
}

/** There is one standard output. */
export const logOutput = new LogOutput();

process.once('exit', () => logOutput.flush());
