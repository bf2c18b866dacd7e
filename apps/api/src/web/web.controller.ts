import { Controller, Get, NotFoundException, Req, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '@causeway/problem';
import { Access } from '../access/access.decorator.js';
import { Endpoint } from '../access/endpoint.decorator.js';
import { isWebAppBuilt, sendPage, sendUnknownPage } from './send-file.js';

class PingDto {
  @ApiProperty({ enum: ['Pong'] })
  Ping!: 'Pong';
}

@ApiTags('Web app')
@Controller()
export class WebController {
  private readonly built = isWebAppBuilt();

  @Get()
  @Endpoint({ summary: 'Ping, or the web app for a browser', access: 'public', response: PingDto })
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

  /** What no other route matches: the web app says so, with a way back. */
  @Get('*')
  @Access('public')
  @ApiExcludeEndpoint()
  async unknownPage(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!this.isForBrowser(request)) throw new NotFoundException();
    await sendUnknownPage(reply.header('vary', 'origin, accept'));
  }

  private isForBrowser({ headers }: FastifyRequest): boolean {
    return this.built && (headers.accept ?? '').includes('text/html');
  }

  private async sendPage(reply: FastifyReply): Promise<void> {
    await sendPage(reply.header('vary', 'origin, accept'), 'webApp');
  }
}
