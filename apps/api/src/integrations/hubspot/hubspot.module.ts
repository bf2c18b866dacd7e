import { Module } from '@nestjs/common';
import { HubSpotIntegration } from './hubspot.integration.js';

@Module({ providers: [HubSpotIntegration], exports: [HubSpotIntegration] })
export class HubSpotModule {}
