import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { ProblemFilter } from '@causeway/problem';
import { ActivityModule } from './activity/activity.module.js';
import { AuditModule } from './audit/audit.module.js';
import { AuthModule } from './auth/auth.module.js';
import { ConfigurationModule } from './environment.js';
import { ConnectModule } from './connect/connect.module.js';
import { ConnectionsModule } from './connections/connections.module.js';
import { EventsModule } from './events/events.module.js';
import { OperationsModule } from './operations/operations.module.js';
import { IntegrationsModule } from './integrations/integrations.module.js';
import { ItemsModule } from './items/items.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { ProviderWebhooksModule } from './provider-webhooks/provider-webhooks.module.js';
import { ProxyModule } from './proxy/proxy.module.js';
import { SyncsModule } from './syncs/syncs.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WebModule } from './web/web.module.js';

@Module({
  imports: [
    ConfigurationModule,
    ActivityModule,
    AuditModule,
    AuthModule,
    IntegrationsModule,
    ConnectModule,
    ConnectionsModule,
    ItemsModule,
    SyncsModule,
    ProxyModule,
    EventsModule,
    WebhooksModule,
    ProviderWebhooksModule,
    OperationsModule,
    MetricsModule,
    WebModule,
  ],
  providers: [{ provide: APP_FILTER, useClass: ProblemFilter }],
})
export class AppModule {}
