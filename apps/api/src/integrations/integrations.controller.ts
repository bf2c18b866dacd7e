import { Controller, Get } from '@nestjs/common';
import { From, mayActFor, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { StandIns } from '../sandbox/stand-ins.js';
import { IntegrationRegistry } from './integration-registry.js';
import { IntegrationDto, IntegrationList } from './integration.dto.js';

@Controller('integrations')
export class IntegrationsController {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly standIns: StandIns,
  ) {}

  @Get()
  @Endpoint({
    summary: 'All integrations, and which of them are configured',
    access: 'connections:read',
    response: IntegrationList,
  })
  listIntegrations(@From() caller: Caller): IntegrationList {
    const how = { sandbox: this.standIns.url !== null, withSetup: caller.scopes.has('admin') };
    const known = this.registry.all().filter(({ definition }) => mayActFor(caller, { integration: definition.id }));
    return { integrations: known.map((entry) => IntegrationDto.of(entry, how)) };
  }
}
