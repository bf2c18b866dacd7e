import { Inject, Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { SERVICE } from '../access/actor.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Tracing } from '../tracing/tracing.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionsService } from './connections.service.js';

const LONGEST_INTERVAL_MS = 60 * 60_000;
const BATCH = 200;

/**
 * With CREDENTIAL_TTL_SECONDS, `ConnectionRepository` does not find a connection that was not used for that long. This sweep then revokes
 * its grant and deletes it.
 */
@Injectable()
export class ForgottenConnections implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('ForgottenConnections');
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly repository: ConnectionRepository,
    private readonly connections: ConnectionsService,
    private readonly tracing: Tracing,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  onApplicationBootstrap(): void {
    const { credentialTtlMs } = this.config;
    if (credentialTtlMs === null) return;
    const sweep = () => {
      this.sweep().catch((error: unknown) =>
        this.logger.warn(`not swept: ${error instanceof Error ? error.message : 'unknown'}`),
      );
    };
    this.timer = setInterval(sweep, Math.min(credentialTtlMs, LONGEST_INTERVAL_MS)).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async sweep(): Promise<void> {
    for (let after: string | undefined; ;) {
      const page = await this.repository.forgotten(BATCH, after);
      for (const id of page.ids)
        await this.tracing
          .asJob('forgotten-connection', () => this.connections.disconnect(id, SERVICE))
          .catch(() => undefined);
      after = page.last;
      if (after === undefined) return;
    }
  }
}
