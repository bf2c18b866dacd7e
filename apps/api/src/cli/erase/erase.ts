import { Module } from '@nestjs/common';
import { OPERATOR } from '../../access/actor.js';
import { ActivityModule } from '../../activity/activity.module.js';
import { AuditChain } from '../../audit/audit-chain.js';
import { AuditModule } from '../../audit/audit.module.js';
import { KeysModule } from '../../auth/keys/keys.module.js';
import { SessionsModule } from '../../auth/sessions/sessions.module.js';
import { ConnectionsModule } from '../../connections/connections.module.js';
import { ConfigurationModule } from '../../environment.js';
import { StoreModule } from '../../store/store.module.js';
import { print, runCommand, stopSignal, withModule } from '../command.js';
import { Progress } from '../progress.js';
import { Erasure, type ErasureReport } from './erasure.js';

@Module({
  imports: [
    ConfigurationModule,
    StoreModule,
    ActivityModule,
    AuditModule,
    ConnectionsModule,
    KeysModule,
    SessionsModule,
  ],
  providers: [Erasure],
})
class EraseModule {}

export interface EraseOptions {
  org: string;
  user?: string;
  dryRun?: boolean;
  json?: boolean;
}

export const erase = ({ org, user, dryRun = false, json = false }: EraseOptions): Promise<void> =>
  runCommand('not erased', async () => {
    const signal = stopSignal();
    await withModule(EraseModule, async (app) => {
      const progress = new Progress('connections');
      const erasure = app.get(Erasure);
      const report = await erasure
        .run({ orgId: org, userId: user ?? null }, dryRun, signal, () => progress.add())
        .finally(() => progress.end());
      const { connections, keys, waitingGrants } = report.removed;
      const detail = `${connections.length} connections, ${keys.length} keys, ${waitingGrants} waiting grants`;
      if (!dryRun)
        await app.get(AuditChain).record({ type: 'erased', actor: OPERATOR, orgId: org, userId: user ?? null, detail });
      if (json) print(JSON.stringify(report, null, 2));
      else for (const line of linesOf(report)) print(line);
    });
  });

function linesOf({ dryRun, removed, remains }: ErasureReport): string[] {
  const { connections, keys, waitingGrants, activity, sessionsOfUsers } = removed;
  return [
    ...(connections.length + keys.length + waitingGrants + activity === 0
      ? ['nothing is stored under this name: is it spelled as in the list of connections?']
      : []),
    dryRun ? 'nothing was changed; this would be removed:' : 'removed:',
    ...connections.map(
      ({ id, integration, revoked, detail }) =>
        `  connection ${id} (${integration})${revoked === null ? '' : `, grant at the provider: ${revoked}`}${detail === undefined ? '' : ` (${detail})`}`,
    ),
    ...keys.map((id) => `  API key ${id}`),
    `  ${connections.length} connections, ${keys.length} keys, ${waitingGrants} waiting grants, ${activity} entries of the activity log, the sessions of ${sessionsOfUsers} users`,
    'remains:',
    ...remains.map(({ what, why, until }) => `  ${what}: ${why}${until === null ? '' : ` (gone by ${until})`}`),
  ];
}
