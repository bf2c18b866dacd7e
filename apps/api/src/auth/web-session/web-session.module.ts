import { Module } from '@nestjs/common';
import { AccessModule } from '../auth.module.js';
import { WebSessionController } from './web-session.controller.js';

@Module({ imports: [AccessModule], controllers: [WebSessionController] })
export class WebSessionModule {}
