import { Controller, Get, Inject, Res } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { LiveDto, PartDto, ReadyDto } from './health.dto.js';
import { HealthService } from './health.service.js';

@ApiTags('Operations')
@Controller('health')
@ApiExtraModels(PartDto)
export class HealthController {
  constructor(
    private readonly health: HealthService,
    @Inject(CONFIGURATION) private readonly config: Configuration,
  ) {}

  @Get('live')
  @Endpoint({ summary: 'Check that the process runs', access: 'public', isExemptFromLimit: true, response: LiveDto })
  live(): LiveDto {
    return { status: 'ok', ...this.config.build };
  }

  @Get('ready')
  @Endpoint({
    summary: 'Check that the service can do its work',
    description:
      'An integration whose client id or secret the provider refuses is listed as failing, and so is the database of the syncs; the service is ready all the same.',
    access: 'public',
    isExemptFromLimit: true,
    response: ReadyDto,
  })
  @ApiResponse({ status: 503, type: ReadyDto, description: 'A part is failing.' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<ReadyDto> {
    const readiness = await this.health.readiness();
    if (readiness.status === 'failing') reply.status(503);
    return readiness;
  }
}
