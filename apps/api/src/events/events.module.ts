import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ShutdownModule } from '../shutdown/shutdown.module.js';
import { StoreModule } from '../store/store.module.js';
import { LiveFeed } from './live-feed.js';
import { EventsController } from './events.controller.js';
import { EventsService } from './events.service.js';

@Module({
  imports: [ConnectionsModule, ShutdownModule, StoreModule],
  controllers: [EventsController],
  providers: [EventsService, LiveFeed],
})
export class EventsModule {}
