import { Logger } from '@nestjs/common';
import { Store } from '@causeway/store';
import { createApplication } from './application.js';
import type { Configuration } from './configuration/configuration.js';
import { stopOnSignal } from './stop-on-signal.js';

/** Resolves with the public URL once this process listens. */
export async function serve(config: Configuration): Promise<string> {
  const app = await createApplication(config);
  stopOnSignal(app, config);
  await app.listen(config.port, config.host);
  const logger = new Logger('Causeway');
  logger.log(`listening on ${config.host}:${config.port}, reached at ${config.publicUrl}, ${config.mode} mode`);
  if (isPlainHttp(config)) {
    logger.warn('PUBLIC_URL is plain http: cookies and keys can be read on the way. Put a proxy with https in front.');
  }
  if (app.get(Store).kind === 'embedded') {
    logger.log('no Redis is configured: connections are kept in DATA_DIR, for one machine only');
  }
  return config.publicUrl;
}

/** On this machine only, nobody is on the way. */
function isPlainHttp({ publicUrl }: Configuration): boolean {
  const { protocol, hostname } = new URL(publicUrl);
  return protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
