import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ConnectionsModule } from '../connections/connections.module.js';
import { AuditTrailController } from '../connections/audit-trail.controller.js';
import { LiveFeed } from './live-feed.js';
import { LiveFeedController } from './live-feed.controller.js';
import { RecordingModule } from '../connections/recording.module.js';

@Module({
  imports: [AuthModule, RecordingModule, ConnectionsModule],
  controllers: [AuditTrailController, LiveFeedController],
  providers: [LiveFeed],
})
export class EventsModule {}
