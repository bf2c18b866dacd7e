import { Controller, Get, Inject, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, mayActFor, requireUnlimited, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { isoTime } from '../dto/iso-time.js';
import { MockProviders } from '../sandbox/mock-providers.js';
import { IntegrationRegistry, type KnownIntegration } from './integration-registry.js';
import { VerificationTokens } from './verification-tokens.js';
import { isWebhookReady, webhookSecretOf } from './webhook-settings.js';
import { checkIntegration } from './integration-checks.js';
import {
  ApiIntegrationParam,
  IntegrationDetailsDto,
  IntegrationDetailsList,
  IntegrationDto,
  IntegrationList,
  IntegrationTestDto,
  SetupDto,
  SetupList,
} from './integration.dto.js';

@ApiTags('Integrations')
@Controller('integrations')
export class IntegrationsController {
  constructor(
    private readonly registry: IntegrationRegistry,
    private readonly mockProviders: MockProviders,
    private readonly tokens: VerificationTokens,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List integrations, and which of them are configured',
    access: 'connections:read',
    response: IntegrationList,
  })
  listIntegrations(@CurrentCaller() caller: Caller): IntegrationList {
    return { integrations: this.visibleTo(caller, IntegrationDto) };
  }

  @Get('details')
  @Endpoint({
    summary: 'List integrations with what their permissions and item types are called',
    access: 'connections:read',
    response: IntegrationDetailsList,
  })
  listIntegrationDetails(@CurrentCaller() caller: Caller): IntegrationDetailsList {
    return { integrations: this.visibleTo(caller, IntegrationDetailsDto) };
  }

  @Get('setup')
  @Endpoint({
    summary: 'List what to register with each provider',
    access: 'admin',
    response: SetupList,
  })
  async listSetups(): Promise<SetupList> {
    return { setups: await Promise.all(this.registry.all().map((known) => this.setupOf(known))) };
  }

  @Post(':integration/test')
  @ApiIntegrationParam()
  @Endpoint({
    summary: 'Test the client id and secret of an integration at the provider',
    description: 'Nothing is changed there: a refresh token that nobody has shows whether the client is accepted.',
    access: 'admin',
    response: IntegrationTestDto,
    problems: ['unknown-integration', 'integration-not-configured'],
  })
  async testIntegration(
    @Param('integration') id: string,
    @CurrentCaller() caller: Caller,
  ): Promise<IntegrationTestDto> {
    // All tenants share the token endpoint.
    requireUnlimited(caller);
    const { definition, tokens } = this.registry.configured(id);
    const checks = await checkIntegration(definition, tokens);
    return { ok: checks.every(({ status }) => status !== 'fail'), checks };
  }

  private async setupOf(known: KnownIntegration): Promise<SetupDto> {
    const { definition, configured } = known;
    const { id } = definition;
    const settings = this.config.integrations[id];
    const clientSecret = configured?.registration.clientSecret;
    const isSet = webhookSecretOf(definition, settings, clientSecret) !== null;
    const tokens = isSet ? [] : await this.tokens.list(id);
    const webhooks = {
      webhookUrl: `${this.config.publicUrl}/integrations/${id}/webhook`,
      webhookReady: isWebhookReady(definition, settings, clientSecret),
      verificationTokens: tokens.map(({ token, receivedAt }) => ({ token, receivedAt: isoTime(receivedAt) })),
    };
    return SetupDto.of(known, webhooks, settings?.readsJournal === true);
  }

  private visibleTo<T>(caller: Caller, dto: { of(known: KnownIntegration, sandbox: boolean): T }): T[] {
    const sandbox = this.mockProviders.url !== null;
    const known = this.registry.all().filter(({ definition }) => mayActFor(caller, { integration: definition.id }));
    return known.map((entry) => dto.of(entry, sandbox));
  }
}
