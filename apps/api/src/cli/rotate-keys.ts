import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { describeErrorBriefly } from '@causeway/problem';
import { CONFIGURATION, ConfigurationError, type Configuration } from '../configuration/configuration.js';
import { ConfigurationModule } from '../environment.js';
import { ConnectionRepository } from '../connections/connection.repository.js';
import { ConnectionFeed } from '../connections/connection-feed.js';
import { StoreModule } from '../store/store.module.js';
import { Resealing } from './key-rotation.js';

@Module({
  imports: [ConfigurationModule, StoreModule],
  providers: [ConnectionFeed, ConnectionRepository, Resealing],
})
class ResealModule {}

const say = (line: string) => process.stdout.write(`${line}\n`);

/** For operators, beside a running service: `npm run reseal` after a new key was put first in ENCRYPTION_KEYS. */
async function reseal(): Promise<boolean> {
  const app = await NestFactory.createApplicationContext(ResealModule, { logger: false, abortOnError: false });
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (stopped = true));
  try {
    const resealing = app.get(Resealing);
    const { encryptionKeys } = app.get<Configuration>(CONFIGURATION);
    say(`sealing every credential with the key "${resealing.firstKey}"`);
    const { looked, unopened } = await resealing.run(
      (so) => say(`${so.looked} connections looked at, ${so.resealed} of them resealed`),
      () => stopped,
    );
    if (stopped) {
      say(`stopped after ${looked} connections; run it again to go on`);
      return false;
    }
    const counts = await resealing.count();
    for (const [key, count] of counts) say(`key "${key}": seals ${count} credentials`);
    const configured = new Set(encryptionKeys.map(({ id }) => id));
    for (const [key, count] of unopened) {
      const why = configured.has(key) ? 'were changed or moved' : 'its key is not in ENCRYPTION_KEYS';
      say(`key "${key}": ${count} credentials cannot be opened: ${why}`);
    }
    for (const key of configured) {
      if (key === resealing.firstKey) continue;
      if (counts.has(key))
        say(`key "${key}": still in use; run it again when every process has the new ENCRYPTION_KEYS`);
      else
        say(
          `key "${key}": not used by any connection any more; it can go when the attempts of the last ten minutes are over`,
        );
    }
    return [...counts.keys()].every((key) => key === resealing.firstKey);
  } finally {
    await app.close();
  }
}

process.exitCode = await reseal().then(
  (isDone) => (isDone ? 0 : 1),
  (error: unknown) => {
    const why = error instanceof ConfigurationError ? error.message : describeErrorBriefly(error);
    process.stderr.write(`not resealed: ${why}\n`);
    return 1;
  },
);
