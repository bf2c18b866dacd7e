import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ConcurrencyLimit } from '../access/concurrency-limit.js';
import { CONFIGURATION, type Configuration } from '../configuration/configuration.js';
import { credentialOf, mayActFor, requireMayActFor, type AuthorizationCheck, type Caller } from '../access/caller.js';
import { EventStream } from './event-stream.js';
import { Metrics } from '../metrics/metrics.js';
import { LiveFeed } from './live-feed.js';

export interface StreamRequest {
  orgId?: string;
  userId?: string;
  lastEventId: string | undefined;
}

@Injectable()
export class EventsService {
  private readonly limit;

  constructor(
    private readonly live: LiveFeed,
    private readonly metrics: Metrics,
    @Inject(CONFIGURATION) { limits }: Configuration,
  ) {
    this.limit = new ConcurrencyLimit('event streams', [
      { name: 'this service', limit: limits.eventStreams },
      { name: 'this key or session', limit: limits.eventStreamsPerCredential },
      { name: 'this organization', limit: limits.eventStreamsPerOrganization },
      // The others have room whatever these do.
      { name: 'callers of all organizations', limit: Math.ceil(limits.eventStreams / 2) },
    ] as const);
  }

  /** The rights to a stream, without one. @throws Problem `forbidden` */
  check(request: Omit<StreamRequest, 'lastEventId'>, caller: Caller): void {
    requireMayActFor(caller, request);
  }

  /** @throws Problem `forbidden`, `too-many-requests`, `store-unavailable` */
  async stream(
    { lastEventId, ...request }: StreamRequest,
    caller: Caller,
    isStillAuthorized: AuthorizationCheck,
    reply: FastifyReply,
  ): Promise<void> {
    requireMayActFor(caller, request);
    const [onlyOrg, ...others] = caller.orgIds ?? [];
    const orgId = request.orgId ?? (others.length === 0 ? onlyOrg : undefined);
    const { userId } = request;
    const credential = credentialOf(caller);
    const isUnlimited = caller.orgIds === null;
    const free = this.limit.acquire(['', credential, orgId ?? caller.orgIds, isUnlimited ? '' : null]);
    this.metrics.eventStreams.inc();
    let isOpen = true;
    const release = () => {
      if (!isOpen) return;
      isOpen = false;
      free();
      this.metrics.eventStreams.dec();
    };
    // Also where the stream does not begin: the response is the problem then.
    reply.raw.once('close', release);
    let unsubscribe = () => {};
    const subscriber = {
      // Two web sessions of one key end separately.
      identity: `${credential} ${caller.webSession ?? ''}`,
      isStillAuthorized,
      // A feed may have entries of other organizations, and a caller may see only some of them.
      maySee: ({ owner }: { owner: { orgId: string; userId: string; integration: string } }) =>
        (orgId === undefined || owner.orgId === orgId) &&
        (userId === undefined || owner.userId === userId) &&
        mayActFor(caller, owner),
    };
    const stream = new EventStream(reply, subscriber, () => unsubscribe());
    unsubscribe = await this.live.subscribe(orgId, lastEventId, stream);
    if (!reply.raw.destroyed) return;
    unsubscribe();
    release();
  }
}
