import { ConsoleLogger } from '@nestjs/common';
import { describeError } from '@causeway/problem';

/** JSON lines. Nest would log all members of an error, such as a request with its headers; `describeError` leaves out what may be a secret. */
export class JsonLogger extends ConsoleLogger {
  constructor() {
    super({ json: true, colors: false });
  }

  override error(...messages: unknown[]): void {
    super.error(...withoutErrors(messages));
  }

  override fatal(...messages: unknown[]): void {
    super.fatal(...withoutErrors(messages));
  }

  override warn(...messages: unknown[]): void {
    super.warn(...withoutErrors(messages));
  }
}

function withoutErrors(messages: readonly unknown[]): [unknown, ...unknown[]] {
  const [first, ...others] = messages.map((message) => (message instanceof Error ? describeError(message) : message));
  return [first, ...others];
}
