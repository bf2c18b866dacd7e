import { Module } from '@nestjs/common';
import { HttpClientModule } from '../http-client/http-client.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { StoreModule } from '../store/store.module.js';
import { AirtableIntegration } from './airtable/airtable.integration.js';
import { AirtableModule } from './airtable/airtable.module.js';
import { HubSpotIntegration } from './hubspot/hubspot.integration.js';
import { HubSpotModule } from './hubspot/hubspot.module.js';
import { Integration } from './integration.js';
import { IntegrationRegistry } from './integration-registry.js';
import { IntegrationsController } from './integrations.controller.js';
import { NotionIntegration } from './notion/notion.integration.js';
import { NotionModule } from './notion/notion.module.js';
import { SlackIntegration } from './slack/slack.integration.js';
import { SlackModule } from './slack/slack.module.js';
import { VerificationTokens } from './verification-tokens.js';

/** The code of every integration, in the order in which they are shown. */
@Module({
  imports: [HttpClientModule, SandboxModule, StoreModule, NotionModule, AirtableModule, HubSpotModule, SlackModule],
  controllers: [IntegrationsController],
  providers: [
    {
      provide: Integration,
      useFactory: (...all: Integration[]) => all,
      inject: [NotionIntegration, AirtableIntegration, HubSpotIntegration, SlackIntegration],
    },
    IntegrationRegistry,
    VerificationTokens,
  ],
  exports: [IntegrationRegistry, VerificationTokens],
})
export class IntegrationsModule {}
