import { Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { CredentialRefresher, type FailedRefresh } from '@causeway/oauth';
import { Store } from '@causeway/store';
import { ActivityModule } from '../activity/activity.module.js';
import { AuditModule } from '../audit/audit.module.js';
import { HttpClientModule } from '../http-client/http-client.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { Tracing } from '../tracing/tracing.js';
import { TracingModule } from '../tracing/tracing.module.js';
import { AuditLogController } from './audit-log.controller.js';
import { AuditLog } from './audit-log.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { ConnectionFeed } from './connection-feed.js';
import { ConnectionListing } from './connection-listing.js';
import { ConnectionMetrics } from './connection-metrics.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionTransfer } from './connection-transfer.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { IdleRefreshes } from './idle-refreshes.js';
import { IdleRefreshSchedule } from './idle-refresh-schedule.js';
import { ForgottenConnections } from './forgotten-connections.js';
import { GrantRevocation } from './grant-revocation.js';
import { ListingMaintenance } from './listing-maintenance.js';
import { NewGrants } from './new-grants.js';
import { ProviderCalls } from './provider-calls.js';
import { SharedGrants } from './shared-grants.js';
import { WaitingGrants } from './waiting-grants.js';

@Module({
  imports: [
    ActivityModule,
    AuditModule,
    HttpClientModule,
    IntegrationsModule,
    ShutdownModule,
    StoreModule,
    TracingModule,
  ],
  controllers: [ConnectionsController, AuditLogController],
  providers: [
    AuditLog,
    ConnectionApi,
    ConnectionCredentials,
    ConnectionFeed,
    ConnectionListing,
    ConnectionMetrics,
    ConnectionRepository,
    ConnectionTransfer,
    ConnectionsService,
    IdleRefreshes,
    ForgottenConnections,
    GrantRevocation,
    IdleRefreshSchedule,
    ListingMaintenance,
    NewGrants,
    ProviderCalls,
    SharedGrants,
    WaitingGrants,
    {
      provide: CredentialRefresher,
      inject: [Store, Tracing],
      useFactory: (store: Store, tracing: Tracing) =>
        new CredentialRefresher(store, {
          onFailure: logFailedRefresh,
          around: ({ id, provider }, refresh) => {
            const attributes = { 'causeway.connection_id': id, 'causeway.integration': provider };
            return tracing.inSpan('refresh', { kind: 'internal', attributes }, refresh);
          },
        }),
    },
  ],
  exports: [
    AuditLog,
    ConnectionApi,
    ConnectionCredentials,
    ConnectionFeed,
    ConnectionRepository,
    ConnectionTransfer,
    ConnectionsService,
    NewGrants,
    SharedGrants,
    WaitingGrants,
  ],
})
export class ConnectionsModule implements OnApplicationShutdown {
  constructor(private readonly refresher: CredentialRefresher) {}

  /** Nest shuts down modules before what they import: the store is still open. */
  async onApplicationShutdown(): Promise<void> {
    await this.refresher.settled();
  }
}

const logger = new Logger('Refresh');

/** A revoked grant is not logged: only its user can authorize again. */
function logFailedRefresh({ connectionId, kind, code, failures, backoffMs }: FailedRefresh): void {
  const line = `${kind} failure ${failures} of ${connectionId} (${code}), next refresh in ${Math.ceil(backoffMs / 1000)} s`;
  if (kind === 'configuration') logger.error(`the provider rejects our client id or secret: ${line}`);
  else if (kind === 'transient') logger.warn(line);
}
