import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, mayActFor, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { MockProviders } from '../sandbox/mock-providers.js';
import { IntegrationRegistry } from './integration-registry.js';
import { IntegrationDto, IntegrationList, SetupDto, SetupList } from './integration.dto.js';

@ApiTags('Integrations')
@Controller('integrations')
export class IntegrationsController {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly mockProviders: MockProviders,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List integrations, and which of them are configured',
    access: 'connections:read',
    response: IntegrationList,
  })
  listIntegrations(@CurrentCaller() caller: Caller): IntegrationList {
    const sandbox = this.mockProviders.url !== null;
    const known = this.registry.all().filter(({ definition }) => mayActFor(caller, { integration: definition.id }));
    return { integrations: known.map((entry) => IntegrationDto.of(entry, sandbox)) };
  }

  @Get('setup')
  @Endpoint({
    summary: 'List what to register with each provider',
    access: 'admin',
    response: SetupList,
  })
  listSetups(): SetupList {
    return { setups: this.registry.all().map((known) => SetupDto.of(known)) };
  }
}
