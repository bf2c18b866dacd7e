import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Problem } from '@causeway/problem';
import { mayActFor, requireMayActFor, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { EventStream } from './event-stream.js';
import { LiveFeed } from './live-feed.js';

const MAX_STREAMS = 1_000;

export interface StreamRequest {
  orgId?: string;
  userId?: string;
  lastEventId: string | undefined;
}

@Injectable()
export class EventsService {
  constructor(private readonly live: LiveFeed) {}

  /** @throws Problem `forbidden`, `too-many-requests`, `store-unavailable` */
  async stream(
    { lastEventId, ...request }: StreamRequest,
    caller: Caller,
    isStillAuthorized: AuthorizationCheck,
    reply: FastifyReply,
  ): Promise<void> {
    requireMayActFor(caller, request);
    if (this.live.subscriberCount >= MAX_STREAMS)
      throw new Problem('too-many-requests', 'Too many streams are open at this service.', { retryAfter: 30 });
    const [onlyOrg, ...others] = caller.orgIds ?? [];
    const orgId = request.orgId ?? (others.length === 0 ? onlyOrg : undefined);
    const { userId } = request;
    let unsubscribe = () => {};
    const subscriber = {
      // Two web sessions of one key end separately.
      identity: `${caller.kind} ${caller.id ?? ''} ${caller.webSession ?? ''}`,
      isStillAuthorized,
      // A feed may have entries of other organizations, and a caller may see only some of them.
      maySee: ({ owner }: { owner: { orgId: string; userId: string; integration: string } }) =>
        (orgId === undefined || owner.orgId === orgId) &&
        (userId === undefined || owner.userId === userId) &&
        mayActFor(caller, owner),
    };
    const stream = new EventStream(reply, subscriber, () => unsubscribe());
    unsubscribe = await this.live.subscribe(orgId, lastEventId, stream);
    if (reply.raw.destroyed) unsubscribe();
  }
}
