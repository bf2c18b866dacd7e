import { Controller, Param, Post, Req } from '@nestjs/common';
import { ApiParam, ApiTags } from '@nestjs/swagger';
import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import { Endpoint } from '../access/endpoint.decorator.js';
import { UNPARSED } from '../dto/unparsed-bodies.js';
import { HANDSHAKE_EXAMPLE } from '../integrations/documented-example.js';
import { ProviderWebhookDto, WebhookResponseDto } from './provider-webhook.dto.js';
import { ProviderWebhooksService } from './provider-webhooks.service.js';
import { readBody } from './read-body.js';

const MAX_BODY_BYTES = 1024 * 1024;

@ApiTags('Webhooks')
@Controller('integrations/:integration')
export class ProviderWebhooksController {
  constructor(private readonly webhooks: ProviderWebhooksService) {}

  @Post('webhook')
  @RouteConfig({ [UNPARSED]: true })
  @ApiParam({ name: 'integration', schema: { type: 'string', example: HANDSHAKE_EXAMPLE.integration } })
  @Endpoint({
    summary: 'Receive what a provider sends',
    description:
      "For the providers only. Verified by the provider's own signature, acknowledged at once and worked on afterwards; what comes again is " +
      'known. `GET /integrations/setup` says where to set it up.',
    access: 'public',
    isExemptFromLimit: true,
    response: WebhookResponseDto,
    body: { type: ProviderWebhookDto, examples: { 'A new webhook URL is tried': HANDSHAKE_EXAMPLE.body } },
    problems: ['webhook-rejected', 'unknown-integration', 'invalid-request'],
  })
  async receiveProviderWebhook(
    @Param('integration') integration: string,
    @Req() { raw }: FastifyRequest,
  ): Promise<object> {
    const body = await readBody(raw, MAX_BODY_BYTES);
    const headers = Object.fromEntries(
      Object.entries(raw.headers).map(([name, value]) => [name, typeof value === 'string' ? value : undefined]),
    );
    return this.webhooks.receive(integration, { path: raw.url ?? '', headers, body });
  }
}
