import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { StoreModule } from '../store/store.module.js';
import { AuditChain } from './audit-chain.js';
import { AuditController } from './audit.controller.js';
import { AuditReader } from './audit-reader.js';
import { RefusedCredentials } from './refused-credentials.js';

@Module({
  imports: [StoreModule],
  controllers: [AuditController],
  providers: [AuditChain, AuditReader, RefusedCredentials],
  exports: [AuditChain, RefusedCredentials],
})
export class AuditModule implements OnApplicationShutdown {
  constructor(
    private readonly refused: RefusedCredentials,
    private readonly chain: AuditChain,
  ) {}

  /** Nest shuts down modules before what they import: nothing is recorded any more, and the store is still open. */
  async onApplicationShutdown(): Promise<void> {
    this.refused.endMinute();
    await this.chain.drain();
  }
}
