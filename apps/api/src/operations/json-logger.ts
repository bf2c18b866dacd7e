import { ConsoleLogger } from '@nestjs/common';
import { describeError } from '@causeway/problem';
import { currentContext } from '../tracing/trace-context.js';
import { logOutput } from './log-output.js';

type JsonOptions = Parameters<ConsoleLogger['getJsonLogObject']>[1];

/** Nest's names for levels that `LOG_LEVEL`, and what reads logs, call otherwise. */
const LEVELS: Partial<Record<string, string>> = { log: 'info', verbose: 'debug' };

/** JSON lines. Nest would log all members of an error, such as a request with its headers; `describeError` leaves out what may be a secret. */
export class JsonLogger extends ConsoleLogger {
  /** @param worker the number of this process, where several share a port */
  constructor(private readonly worker?: number) {
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

  protected override printAsJson(message: unknown, options: JsonOptions): void {
    logOutput.flush();
    super.printAsJson(message, options);
  }

  /** With the ids of the request that is being handled, where they are known. */
  protected override getJsonLogObject(message: unknown, options: JsonOptions) {
    const { requestId, traceId } = currentContext() ?? {};
    const ours = {
      level: LEVELS[options.logLevel] ?? options.logLevel,
      ...(this.worker !== undefined && { worker: this.worker }),
      ...(requestId !== undefined && { requestId }),
      ...(traceId !== undefined && { traceId }),
    };
    return Object.assign(super.getJsonLogObject(message, options), ours);
  }
}

function withoutErrors(messages: readonly unknown[]): [unknown, ...unknown[]] {
  const [first, ...others] = messages.map((message) => (message instanceof Error ? describeError(message) : message));
  return [first, ...others];
}
