import { Module } from '@nestjs/common';
import { SlackIntegration } from './slack.integration.js';

@Module({ providers: [SlackIntegration], exports: [SlackIntegration] })
export class SlackModule {}
