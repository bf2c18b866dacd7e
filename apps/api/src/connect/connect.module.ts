import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { AttemptCookies } from './attempt-cookies.js';
import { ClosingPage } from './closing-page.js';
import { ConnectController } from './connect.controller.js';
import { ConnectService } from './connect.service.js';

@Module({
  imports: [ConnectionsModule],
  controllers: [ConnectController],
  providers: [AttemptCookies, ClosingPage, ConnectService],
})
export class ConnectModule {}
