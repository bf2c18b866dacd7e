import { Controller, Get, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Problem } from '#problem';
import { Store } from '#store';
import { Endpoint } from '../access/endpoint.decorator.js';
import { LiveDto, PartDto, ReadyDto } from './health.dto.js';

@Controller('health')
@ApiExtraModels(PartDto)
export class HealthController {
  constructor(private readonly store: Store) {}

  @Get('live')
  @Endpoint({ summary: 'The process answers', access: 'public', isAlwaysOpen: true, response: LiveDto })
  live(): LiveDto {
    return { status: 'ok' };
  }

  @Get('ready')
  @Endpoint({ summary: 'The service can do its work', access: 'public', isAlwaysOpen: true, response: ReadyDto })
  @ApiResponse({ status: 503, type: ReadyDto, description: 'A part is failing.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyDto> {
    const store = await this.storePart();
    if (store.status === 'failing') reply.status(503);
    return { status: store.status, parts: { store } };
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
