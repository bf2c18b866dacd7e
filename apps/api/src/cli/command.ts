import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeErrorBriefly } from '@causeway/problem';
import { ConfigurationError } from '../configuration/configuration.js';

/** Printed as it is; the exit code tells scripts: 1 is a failure, 2 a command line that is wrong. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

const FILE_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
};

/** @param error of the file system */
export function unreadable(file: string, error: unknown): CommandError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new CommandError(`${file} cannot be read: ${FILE_ERRORS[code] ?? code}`);
}

const CLOSE_MS = 2_000;

/** @param name says in the error message what was not done */
export async function runCommand(name: string, work: () => Promise<number | void>): Promise<void> {
  process.exitCode = await work().then(
    (code) => code ?? 0,
    (error: unknown) => {
      const isReason = error instanceof CommandError || error instanceof ConfigurationError;
      process.stderr.write(`${name}: ${isReason ? error.message : describeErrorBriefly(error)}\n`);
      // What a module had opened before it failed, such as a connection to Redis, would keep the process alive.
      setTimeout(() => process.exit(), CLOSE_MS).unref();
      return error instanceof CommandError ? error.exitCode : 1;
    },
  );
}

/** Runs with the modules that a command needs, and closes them, whatever happens. */
export async function withModule<T>(
  module: Type | DynamicModule,
  work: (app: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const app = await NestFactory.createApplicationContext(module as Type, { logger: false, abortOnError: false });
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Aborted by Ctrl-C or SIGTERM; a second one ends the process. */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => controller.abort(new CommandError('stopped; run it again')));
  return controller.signal;
}
