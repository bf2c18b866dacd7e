import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiProperty } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { INSTALLATION } from '../configuration/installation.js';
import { Access } from '../access/access.decorator.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { PAGE_HEADERS } from './page-headers.js';

class PingDto {
  @ApiProperty({ enum: ['Pong'] })
  Ping!: 'Pong';
}

@Controller()
export class WebController {
  private readonly file = join(INSTALLATION.webApp, 'index.html');
  private readonly built = existsSync(this.file);

  @Get()
  @Endpoint({ summary: 'A sign of life; for a browser the web app', access: 'public', response: PingDto })
  async ping(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (this.isForBrowser(request)) await this.sendPage(reply);
    else await reply.header('vary', 'origin, accept').send({ Ping: 'Pong' } satisfies PingDto);
  }

  /** Further addresses of the web app: what they show is decided in the browser. */
  @Get('admin')
  @Access('public')
  @ApiExcludeEndpoint()
  async page(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.isForBrowser(request)) throw new Problem('not-found', 'Here is a page of the web app, for browsers.');
    await this.sendPage(reply);
  }

  private isForBrowser({ headers }: FastifyRequest): boolean {
    return this.built && (headers.accept ?? '').includes('text/html');
  }

  private async sendPage(reply: FastifyReply): Promise<void> {
    await reply
      .headers(PAGE_HEADERS.webApp)
      .header('vary', 'origin, accept')
      .header('cache-control', 'no-cache')
      .type('text/html; charset=utf-8')
      .send(createReadStream(this.file));
  }
}
