import { Logger } from '@nestjs/common';
import { Store } from '@causeway/store';
import { createApplication } from './application.js';
import { advice } from './configuration/advice.js';
import { ConfigurationError, type Configuration } from './configuration/configuration.js';
import { hasUnusedConnections } from './store/unused-store.js';
import { stopOnSignal } from './stop-on-signal.js';

/** Resolves with the public URL once this process listens. */
export async function serve(config: Configuration): Promise<string> {
  const app = await createApplication(config);
  stopOnSignal(app, config);
  await app.listen(config.port, config.host).catch((error: unknown) => {
    throw isTaken(error)
      ? new ConfigurationError([`port ${config.port} is in use (EADDRINUSE): set PORT to another one`])
      : error;
  });
  const logger = new Logger('Causeway');
  logger.log(`listening on ${config.host}:${config.port}, reached at ${config.publicUrl}, ${config.mode} mode`);
  for (const sentence of advice(config)) logger.warn(sentence);
  if (await hasUnusedConnections(config).catch(() => false)) {
    logger.warn('DATA_DIR holds connections that are not used, since REDIS_URL is set: `causeway migrate` moves them');
  }
  if (app.get(Store).kind === 'embedded') {
    logger.log('no Redis is configured: connections are kept in DATA_DIR, for one machine only');
  }
  return config.publicUrl;
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
