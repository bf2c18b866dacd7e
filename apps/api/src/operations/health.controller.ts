import { Controller, Get, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problem } from '@causeway/problem';
import { Store } from '@causeway/store';
import { Endpoint } from '../access/endpoint.decorator.js';
import { IntegrationRegistry } from '../integrations/integration-registry.js';
import { LiveDto, PartDto, ReadyDto } from './health.dto.js';

@Controller('health')
@ApiExtraModels(PartDto)
export class HealthController {
  constructor(
    private readonly store: Store,
    private readonly registry: IntegrationRegistry,
  ) {}

  @Get('live')
  @Endpoint({ summary: 'The process answers', access: 'public', isAlwaysOpen: true, response: LiveDto })
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({
    summary: 'The service can do its work',
    description:
      'An integration whose client id or secret the provider refuses is listed as failing; the service is ready all the same.',
    access: 'public',
    isAlwaysOpen: true,
    response: ReadyDto,
  })
  @ApiResponse({ status: 503, type: ReadyDto, description: 'A part is failing.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyDto> {
    const store = await this.storePart();
    if (store.status === 'failing') reply.status(503);
    return { status: store.status, parts: { store, ...this.refusedClients() } };
  }

  /** Everything else works: no reason to take this process out of service. */
  private refusedClients(): Record<string, PartDto> {
    return Object.fromEntries(
      this.registry.all().flatMap(({ definition: { id, name }, configured }) => {
        const fault = configured?.tokens.clientFault ?? null;
        if (fault === null) return [];
        const detail = `${name} refuses the client id or secret (${fault}). Correct them and start again.`;
        return [[id, { status: 'failing', detail }]];
      }),
    );
  }

  private async storePart(): Promise<PartDto> {
    try {
      await this.store.ping();
      return { status: 'ok', detail: this.store.kind };
    } catch (error) {
      return { status: 'failing', detail: error instanceof Problem ? error.detail : 'The store does not answer.' };
    }
  }
}
