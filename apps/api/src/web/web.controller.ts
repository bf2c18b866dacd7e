import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { INSTALLATION } from '../installation.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { PAGE_HEADERS } from '../front-door/security-headers.js';

class PingDto {
  @ApiProperty({ enum: ['Pong'] })
  Ping!: 'Pong';
}

@Controller()
export class WebController {
  private readonly page = join(INSTALLATION.webApp, 'index.html');
  private readonly built = existsSync(this.page);

  @Get()
  @Endpoint({ summary: 'A sign of life; for a browser the web app', access: 'public', response: PingDto })
  async ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.built || !(request.headers.accept ?? '').includes('text/html')) {
      await reply.header('vary', 'origin, accept').send({ Ping: 'Pong' } satisfies PingDto);
      return;
    }
    await reply
      .headers(PAGE_HEADERS.webApp)
      .header('vary', 'origin, accept')
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(createReadStream(this.page));
  }
}
