import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { StoreModule } from '../store/store.module.js';
import { LiveFeed } from './live-feed.js';
import { LiveFeedController } from './live-feed.controller.js';

@Module({
  imports: [ConnectionsModule, StoreModule],
  controllers: [LiveFeedController],
  providers: [LiveFeed],
})
export class EventsModule {}
