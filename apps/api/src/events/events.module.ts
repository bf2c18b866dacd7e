import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { LiveFeed } from './live-feed.js';
import { LiveFeedController } from './live-feed.controller.js';
import { RecordingModule } from '../connections/recording.module.js';

@Module({
  imports: [RecordingModule, ConnectionsModule],
  controllers: [LiveFeedController],
  providers: [LiveFeed],
})
export class EventsModule {}
