import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AuditModule } from '../audit/audit.module.js';
import { StoreModule } from '../store/store.module.js';
import { KeysModule } from './keys/keys.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { WebSessionController } from './web-session/web-session.controller.js';
import { WebSessionsService } from './web-session/web-sessions.service.js';
import { AuthGuard } from './auth.guard.js';
import { AuthenticationService } from './authentication.service.js';

@Module({
  imports: [AuditModule, StoreModule, KeysModule, SessionsModule],
  controllers: [WebSessionController],
  providers: [AuthenticationService, WebSessionsService, { provide: APP_GUARD, useClass: AuthGuard }],
})
export class AuthModule {}
