import { Module } from '@nestjs/common';
import { AuditTrailController } from './audit-trail.controller.js';
import { ConnectionApi } from './connection-api.js';
import { ConnectionCredentials } from './connection-credentials.js';
import { ConnectionRepository } from './connection.repository.js';
import { ConnectionsController } from './connections.controller.js';
import { ConnectionsService } from './connections.service.js';
import { ForgottenConnections } from './forgotten-connections.js';

@Module({
  controllers: [ConnectionsController, AuditTrailController],
  providers: [ConnectionApi, ConnectionCredentials, ConnectionRepository, ConnectionsService, ForgottenConnections],
  exports: [ConnectionApi, ConnectionRepository, ConnectionsService],
})
export class ConnectionsModule {}
