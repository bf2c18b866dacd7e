import { Inject, Injectable } from '@nestjs/common';
import { Store } from '@causeway/store';
import { OPERATOR } from '../../access/actor.js';
import { EVERYWHERE } from '../../access/caller.js';
import { ActivityLog } from '../../activity/activity-log.js';
import { eraseActivity } from '../../activity/erase-activity.js';
import { entriesAbout } from '../../audit/entries-about.js';
import { KeysService } from '../../auth/keys/keys.service.js';
import { SessionsService } from '../../auth/sessions/sessions.service.js';
import { CONFIGURATION, type Configuration } from '../../configuration/configuration.js';
import { feedOf } from '../../connections/connection-feed.js';
import { ConnectionRepository } from '../../connections/connection.repository.js';
import { ConnectionsService } from '../../connections/connections.service.js';
import { WaitingGrants } from '../../connections/waiting-grants.js';
import { isoTime } from '../../dto/iso-time.js';

export interface Subject {
  orgId: string;
  /** `null`: all of the organization. */
  userId: string | null;
}

export interface ErasureReport extends Subject {
  dryRun: boolean;
  removed: {
    /** `revoked`: what became of the grant at the provider; `null`: nothing was asked. */
    connections: { id: string; integration: string; userId: string; revoked: string | null; detail?: string }[];
    /** Ids of keys that were for this organization only. */
    keys: string[];
    waitingGrants: number;
    /** Entries of the activity log. */
    activity: number;
    sessionsOfUsers: number;
  };
  remains: { what: string; why: string; until: string | null }[];
}

const PAGE = 200;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** Removes what is stored of an organization, or of one of its users. Runs beside the service, and may be repeated. */
@Injectable()
export class Erasure {
  constructor(
    private readonly store: Store,
    private readonly repository: ConnectionRepository,
    private readonly connections: ConnectionsService,
    private readonly waitingGrants: WaitingGrants,
    private readonly keys: KeysService,
    private readonly sessions: SessionsService,
    private readonly activity: ActivityLog,
    @Inject(CONFIGURATION) private readonly config: Pick<Configuration, 'audit' | 'activity'>,
  ) {}

  async run(subject: Subject, dryRun: boolean, signal: AbortSignal, onConnection: () => void): Promise<ErasureReport> {
    const { orgId, userId } = subject;
    // First, so that nobody makes more connections meanwhile.
    const { own, shared } = await this.keysOf(subject);
    if (!dryRun) for (const id of own) await this.keys.revokeFor(EVERYWHERE, id);
    const removed: ErasureReport['removed'] = {
      connections: [],
      keys: own,
      waitingGrants: 0,
      activity: 0,
      sessionsOfUsers: 0,
    };
    const users = new Set<string>(userId === null ? [] : [userId]);
    for await (const { id, integration, userId: user } of this.connectionsOf(subject, dryRun)) {
      signal.throwIfAborted();
      users.add(user);
      const result = dryRun ? { revoked: null } : await this.connections.disconnect(id, OPERATOR);
      removed.connections.push({ id, integration, userId: user, ...result });
      onConnection();
    }
    removed.waitingGrants = await this.waitingGrants.refuseOf(subject, dryRun);
    removed.sessionsOfUsers = users.size;
    if (!dryRun) {
      for (const user of users) await this.sessions.endOfUser({ orgId, userId: user }, EVERYWHERE, Date.now());
      const { partition, log } = feedOf(orgId);
      if (userId === null) await this.store.commitIfUnchanged(partition, { removeLogs: [log] });
    }
    // What was revoked just now is in it.
    await this.activity.write();
    removed.activity = await eraseActivity(this.store, subject, this.config.activity.days, dryRun);
    return { ...subject, dryRun, removed, remains: await this.remainsOf(subject, removed, shared) };
  }

  /** While connections are removed, the first page is always another one. */
  private async *connectionsOf({ orgId, userId }: Subject, dryRun: boolean) {
    for (let after: string | null = null; ;) {
      const filter = { orgId, userId: userId ?? undefined };
      const page: Awaited<ReturnType<ConnectionRepository['list']>> = await this.repository.list(filter, PAGE, after);
      for (const { record } of page.found) yield record;
      if (page.last === null) return;
      after = dryRun ? page.last : null;
    }
  }

  /** Keys belong to no user. */
  private async keysOf({ orgId, userId }: Subject): Promise<{ own: string[]; shared: string[] }> {
    const of = (await this.keys.list()).filter(({ orgIds }) => orgIds?.includes(orgId) === true);
    const isOwn = (orgIds: readonly string[] | null) => userId === null && orgIds?.length === 1;
    return {
      own: of.filter(({ orgIds }) => isOwn(orgIds)).map(({ id }) => id),
      shared: userId === null ? of.filter(({ orgIds }) => !isOwn(orgIds)).map(({ id }) => id) : [],
    };
  }

  private async remainsOf(
    { orgId, userId }: Subject,
    { connections }: ErasureReport['removed'],
    sharedKeys: readonly string[],
  ): Promise<ErasureReport['remains']> {
    const audit = await entriesAbout(this.store, orgId, userId);
    const now = Date.now();
    const failed = connections.filter(({ revoked }) => revoked === 'failed' || revoked === 'unsupported');
    return [
      ...failed.map(({ id, integration }) => ({
        what: `the grant of ${id}`,
        why: `it was not revoked at the provider: remove the app in the account at ${integration}`,
        until: null,
      })),
      ...sharedKeys.map((id) => ({
        what: `API key ${id}`,
        why: 'it is for other organizations too: make another one without this organization, and revoke it',
        until: null,
      })),
      {
        what: `${audit.count} entries of the audit log`,
        why: 'each is part of a chain of hashes, which shows whether one was removed or changed; they name organization and user, and where somebody else authorized, that id at the provider; they hold no content and no secret',
        until: audit.newest === null ? null : isoTime(audit.newest + this.config.audit.days * DAY_MS),
      },
      {
        what: 'events in the feed of all organizations',
        why: 'ids of organization, user and connection, for event streams that come back',
        until: isoTime(now + HOUR_MS),
      },
      {
        what: 'activity that a running service is about to write',
        why: 'calls to providers that ended in the last seconds: run this again a minute after the last connection is gone',
        until: isoTime(now + this.config.activity.days * DAY_MS),
      },
      {
        what: 'sessions of users without a connection, and authorizations that were started',
        why: 'what is sealed in a token or an address is not stored; it leads to no connection of before',
        until: isoTime(now + DAY_MS),
      },
      {
        what: 'cached account details and pages',
        why: 'sealed, under ids of connections that are gone',
        until: isoTime(now + HOUR_MS),
      },
      {
        what: "the store's own files",
        why: 'pages of store.mdb that are no longer in use, the append-only file and the snapshots of Redis have it until they are written anew',
        until: null,
      },
      {
        what: 'backups and exports',
        why: 'what was saved before has it: delete those files in their own time',
        until: null,
      },
    ];
  }
}
