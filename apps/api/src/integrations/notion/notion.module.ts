import { Module } from '@nestjs/common';
import { NotionIntegration } from './notion.integration.js';

@Module({ providers: [NotionIntegration], exports: [NotionIntegration] })
export class NotionModule {}
