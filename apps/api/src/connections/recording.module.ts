import { Global, Module } from '@nestjs/common';
import { AuditTrail } from './audit-trail.js';
import { ConnectionFeed } from './connection-feed.js';

/** What every feature needs to tell what it did. */
@Global()
@Module({ providers: [AuditTrail, ConnectionFeed], exports: [AuditTrail, ConnectionFeed] })
export class RecordingModule {}
