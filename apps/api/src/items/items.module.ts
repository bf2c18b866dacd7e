import { Module } from '@nestjs/common';
import { ConnectionsModule } from '../connections/connections.module.js';
import { ItemsController } from './items.controller.js';
import { ItemsService } from './items.service.js';
import { LoadCursors } from './load-cursor.js';

@Module({
  imports: [ConnectionsModule],
  controllers: [ItemsController],
  providers: [ItemsService, LoadCursors],
})
export class ItemsModule {}
