import { Global, Module } from '@nestjs/common';
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

/** Every integration, as code, in the order in which people see them. */
@Global()
@Module({
  imports: [NotionModule, AirtableModule, HubSpotModule, SlackModule],
  controllers: [IntegrationsController],
  providers: [
    {
      provide: Integration,
      useFactory: (...all: Integration[]) => all,
      inject: [NotionIntegration, AirtableIntegration, HubSpotIntegration, SlackIntegration],
    },
    IntegrationRegistry,
  ],
  exports: [IntegrationRegistry],
})
export class IntegrationsModule {}
