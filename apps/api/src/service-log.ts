import { ConsoleLogger } from '@nestjs/common';
import { describeError } from '@causeway/problem';

/** JSON lines. The framework logs an error with all its members, a request and its headers among them; here it says what cannot be a secret. */
export class ServiceLog extends ConsoleLogger {
  constructor() {
    super({ json: true, colors: false });
  }

  override error(...said: unknown[]): void {
    super.error(...withoutErrors(said));
  }

  override fatal(...said: unknown[]): void {
    super.fatal(...withoutErrors(said));
  }

  override warn(...said: unknown[]): void {
    super.warn(...withoutErrors(said));
  }
}

function withoutErrors(said: readonly unknown[]): [unknown, ...unknown[]] {
  const [message, ...more] = said.map((one) => (one instanceof Error ? describeError(one) : one));
  return [message, ...more];
}
