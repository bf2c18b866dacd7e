import { Module, type OnApplicationShutdown } from '@nestjs/common';
import { StoreModule } from '../store/store.module.js';
import { ActivityController } from './activity.controller.js';
import { ActivityLog } from './activity-log.js';
import { ActivityReader } from './activity-reader.js';

@Module({
  imports: [StoreModule],
  controllers: [ActivityController],
  providers: [ActivityLog, ActivityReader],
  exports: [ActivityLog],
})
export class ActivityModule implements OnApplicationShutdown {
  constructor(private readonly log: ActivityLog) {}

  /** Nest shuts down modules before what they import: nothing is recorded any more, and the store is still open. */
  async onApplicationShutdown(): Promise<void> {
    await this.log.close();
  }
}
