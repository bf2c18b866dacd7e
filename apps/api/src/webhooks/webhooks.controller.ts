import { Body, Controller, Delete, Get, Header, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../access/caller.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import {
  CreatedEndpointDto,
  CreateEndpointDto,
  DeliveryDto,
  DeliveryPage,
  DeliveryQuery,
  EndpointList,
  RecoverDto,
  RotateSecretDto,
  SecretDto,
  UpdateEndpointDto,
  WebhookEndpointDto,
} from './webhook.dto.js';
import { WebhooksService } from './webhooks.service.js';

const OF_ONE = ['unknown-endpoint'] as const;
const id = '$response.body#/id';
const BY_ID = { parameters: { id } };

@ApiTags('Webhooks')
@Controller('webhook-endpoints')
export class WebhooksController {
  constructor(private readonly webhooks: WebhooksService) {}

  @Post()
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Create a webhook endpoint',
    description:
      'Messages are signed as the Standard Webhooks specification says. Its secret is shown once, in this response.',
    access: 'webhooks:write',
    status: 201,
    response: CreatedEndpointDto,
    body: {
      type: CreateEndpointDto,
      examples: {
        'All events': { url: 'https://hooks.example.com/causeway' },
        'Some events of one organization': {
          url: 'https://hooks.example.com/causeway',
          events: ['connection.needs-reconnect'],
          orgIds: ['acme'],
        },
      },
    },
    links: {
      getWebhookEndpoint: BY_ID,
      updateWebhookEndpoint: BY_ID,
      rotateWebhookSecret: BY_ID,
      testWebhookEndpoint: BY_ID,
      listDeliveries: BY_ID,
      redeliver: BY_ID,
      recoverDeliveries: BY_ID,
      deleteWebhookEndpoint: BY_ID,
    },
    problems: ['invalid-request'],
  })
  async createWebhookEndpoint(
    @Body() request: CreateEndpointDto,
    @CurrentCaller() caller: Caller,
  ): Promise<CreatedEndpointDto> {
    const { endpoint, secret } = await this.webhooks.create(request, caller);
    return { ...WebhookEndpointDto.of(endpoint), secret };
  }

  @Get()
  @Endpoint({
    summary: 'List the webhook endpoints of your organizations',
    access: 'webhooks:read',
    response: EndpointList,
  })
  async listWebhookEndpoints(@CurrentCaller() caller: Caller): Promise<EndpointList> {
    return { endpoints: (await this.webhooks.list(caller)).map((each) => WebhookEndpointDto.of(each)) };
  }

  @Get(':id')
  @Endpoint({
    summary: 'Get a webhook endpoint',
    access: 'webhooks:read',
    response: WebhookEndpointDto,
    problems: OF_ONE,
  })
  async getWebhookEndpoint(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.of(await this.webhooks.get(id, caller));
  }

  @Patch(':id')
  @Endpoint({
    summary: 'Change, disable or enable a webhook endpoint',
    access: 'webhooks:write',
    response: WebhookEndpointDto,
    body: { type: UpdateEndpointDto, examples: { Describe: { description: 'billing' } } },
    problems: ['invalid-request', ...OF_ONE],
  })
  async updateWebhookEndpoint(
    @Param('id') id: string,
    @Body() change: UpdateEndpointDto,
    @CurrentCaller() caller: Caller,
  ): Promise<WebhookEndpointDto> {
    return WebhookEndpointDto.of(await this.webhooks.change(id, change, caller));
  }

  @Delete(':id')
  @Endpoint({
    summary: 'Delete a webhook endpoint, and its deliveries',
    access: 'webhooks:write',
    status: 204,
    problems: OF_ONE,
  })
  async deleteWebhookEndpoint(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<void> {
    await this.webhooks.remove(id, caller);
  }

  @Post(':id/rotate-secret')
  @Header('cache-control', 'no-store')
  @Endpoint({
    summary: 'Replace the secret of a webhook endpoint',
    description: 'Both secrets sign for the overlap.',
    access: 'webhooks:write',
    response: SecretDto,
    body: { type: RotateSecretDto, examples: { 'With a day of overlap': {} } },
    problems: ['invalid-request', ...OF_ONE],
  })
  async rotateWebhookSecret(
    @Param('id') id: string,
    @Body() { overlapSeconds }: RotateSecretDto,
    @CurrentCaller() caller: Caller,
  ): Promise<SecretDto> {
    return { secret: await this.webhooks.rotate(id, overlapSeconds, caller) };
  }

  @Post(':id/test')
  @Endpoint({
    summary: 'Send endpoint.test now',
    description: 'Responds after the first attempt, with the delivery.',
    access: 'webhooks:write',
    response: DeliveryDto,
    links: { redeliver: { parameters: { deliveryId: id } } },
    problems: OF_ONE,
  })
  async testWebhookEndpoint(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<DeliveryDto> {
    return this.webhooks.test(id, caller);
  }

  @Get(':id/deliveries')
  @Endpoint({
    summary: 'List the deliveries of a webhook endpoint, newest first',
    description: 'Those of the last 30 days. A page may have fewer than `limit` where few match.',
    access: 'webhooks:read',
    response: DeliveryPage,
    problems: ['invalid-request', ...OF_ONE],
  })
  async listDeliveries(
    @Param('id') id: string,
    @Query() query: DeliveryQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<DeliveryPage> {
    return this.webhooks.listDeliveries(id, query, caller);
  }

  @Post(':id/deliveries/:deliveryId/redeliver')
  @Endpoint({
    summary: 'Deliver again, with the same webhook-id',
    access: 'webhooks:write',
    status: 202,
    response: DeliveryDto,
    problems: ['invalid-request', 'not-found', ...OF_ONE],
  })
  async redeliver(
    @Param('id') id: string,
    @Param('deliveryId') deliveryId: string,
    @CurrentCaller() caller: Caller,
  ): Promise<DeliveryDto> {
    return this.webhooks.redeliver(id, deliveryId, caller);
  }

  @Post(':id/recover')
  @Endpoint({
    summary: 'Deliver everything that was not delivered since a time',
    access: 'webhooks:write',
    status: 202,
    body: { type: RecoverDto, examples: { 'Since a time': { since: '2026-01-01T00:00:00Z' } } },
    problems: ['invalid-request', ...OF_ONE],
  })
  async recoverDeliveries(
    @Param('id') id: string,
    @Body() { since }: RecoverDto,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    await this.webhooks.recover(id, since, caller);
  }
}
