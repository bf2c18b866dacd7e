import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { IntegrationsModule } from '../integrations/integrations.module.js';
import { ProxyController } from './proxy.controller.js';
import { ProxyService } from './proxy.service.js';
import { UnparsedBodies } from '../dto/unparsed-bodies.js';

@Module({
  imports: [ConnectionsModule, IntegrationsModule],
  controllers: [ProxyController],
  providers: [ProxyService, UnparsedBodies],
})
export class ProxyModule {}
