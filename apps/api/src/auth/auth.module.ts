import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { KeysModule } from './keys/keys.module.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { WebSessionsService } from './web-session/web-sessions.service.js';
import { AuthGuard } from './auth.guard.js';
import { AuthenticationService } from './authentication.service.js';

@Module({
  imports: [KeysModule, SessionsModule],
  providers: [AuthenticationService, WebSessionsService, { provide: APP_GUARD, useClass: AuthGuard }],
  exports: [AuthenticationService, WebSessionsService],
})
export class AuthModule {}
