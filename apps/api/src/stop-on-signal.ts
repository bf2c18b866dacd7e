import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration } from './configuration/configuration.js';
import { Shutdown } from './shutdown/shutdown.js';

/** npm passes on a signal that the terminal has sent to all processes: within this time, a second one is the same. */
const SAME_SIGNAL_MS = 500;

/** Who follows the readiness asks for it more often than that. */
const WATCHED_MS = 15_000;
const IDLE_MS = 100;
/** Three checks of a proxy that checks once a second. */
const DRAIN_MS = 3_000;

/**
 * At SIGTERM or SIGINT, the process first says that it is not ready, so that a proxy sends requests elsewhere, and goes on serving. Then it
 * stops listening and waits for the requests that run. A second signal ends it at once.
 */
export function stopOnSignal(app: NestFastifyApplication, config: Configuration): void {
  let firstAt: number | null = null;
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      if (firstAt === null) void stop(app, config, signal);
      else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(128 + constants.signals[signal]);
      firstAt ??= performance.now();
    });
}

async function stop(
  app: NestFastifyApplication,
  { mode, drainMs, shutdownMs }: Configuration,
  signal: string,
): Promise<void> {
  const logger = new Logger('Shutdown');
  const shutdown = app.get(Shutdown);
  const isWatched = mode === 'production' && shutdown.isReadinessWatched(WATCHED_MS);
  const drainedMs = drainMs ?? (isWatched ? DRAIN_MS : 0);
  logger.log(`${signal}: not ready any more, stops listening in ${drainedMs / 1000} s`);
  shutdown.startDraining();
  await sleep(drainedMs);
  const limit = setTimeout(() => {
    logger.warn(`ends what still runs after ${shutdownMs / 1000} s`);
    shutdown.startEnding();
  }, shutdownMs);
  // The response of a stream may have said before that its connection stays open.
  setInterval(() => app.getHttpServer().closeIdleConnections(), IDLE_MS);
  // An error here must not leave a process behind that serves nothing.
  await app.close().catch((error: unknown) => logger.error(error));
  clearTimeout(limit);
  process.exit(0);
}
