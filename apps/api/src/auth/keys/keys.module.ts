import { Module } from '@nestjs/common';
import { AuditModule } from '../../audit/audit.module.js';
import { StoreModule } from '../../store/store.module.js';
import { KeysController } from './keys.controller.js';
import { KeysService } from './keys.service.js';

@Module({
  imports: [AuditModule, StoreModule],
  controllers: [KeysController],
  providers: [KeysService],
  exports: [KeysService],
})
export class KeysModule {}
