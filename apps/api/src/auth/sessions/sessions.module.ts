import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { StoreModule } from '../../store/store.module.js';
import { SessionsController } from './sessions.controller.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [AuditModule, StoreModule],
  controllers: [SessionsController],
  providers: [SessionsService],
  exports: [SessionsService],
})
export class SessionsModule {}
