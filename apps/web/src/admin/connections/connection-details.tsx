import { useState } from 'react';
import { Alert, AlertTitle, Box, Button, Link } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import type { Connection } from '@causeway/client';
import { useService } from '../../api/service.js';
import { ScopeList } from '../../connection/scope-list.js';
import { DisconnectDialog } from '../../connection/disconnect-dialog.js';
import { Facts } from '../../layout/facts.js';
import { emptyRegion } from '../../layout/live-region.js';
import { Ago } from '../ago.js';
import { texts } from '../texts.js';
import { ACTIONS, perform, type Action, type Outcome } from './actions.js';
import { StatusChip } from './status-chip.js';
import { Trail } from './trail.js';
import { connectionKey, listsKey } from './use-connections.js';

interface ConnectionDetailsProps {
  connection: Connection;
  /** Of the integration. */
  name: string;
  mayChange: boolean;
  /** It is being disconnected, or is gone by now. */
  left: boolean;
  onLeave: (leaving: boolean) => void;
  onClose: () => void;
}

export function ConnectionDetails(props: ConnectionDetailsProps) {
  const { connection, name, mayChange, left, onLeave, onClose } = props;
  const service = useService();
  const queries = useQueryClient();
  const [doing, setDoing] = useState<Action | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [asking, setAsking] = useState(false);
  const [gone, setGone] = useState(false);
  const { id, account, problem, scopes } = connection;
  const words = texts.connections;

  const act = async (action: Action) => {
    setDoing(action);
    setOutcome(null);
    // The live feed may tell of the end before the answer does.
    if (action === 'disconnect') onLeave(true);
    const made = await perform(service, action, connection);
    setDoing(null);
    setAsking(false);
    setOutcome(made);
    const isGone = action === 'disconnect' && made.tone !== 'error';
    setGone(isGone);
    if (action === 'disconnect' && !isGone) onLeave(false);
    void queries.invalidateQueries({ queryKey: listsKey });
    if (!isGone) void queries.invalidateQueries({ queryKey: connectionKey(id) });
  };
  return (
    <>
      <Box role="status" sx={{ display: 'grid', gap: 1.5, ...emptyRegion }}>
        {problem === null || gone ? null : (
          <Alert severity="warning">
            <AlertTitle>{problem.title}</AlertTitle>
            {problem.detail}
          </Alert>
        )}
        {outcome === null ? null : <Alert severity={outcome.tone}>{outcome.sentence}</Alert>}
      </Box>
      {gone ? (
        <Button variant="contained" onClick={onClose} autoFocus sx={{ justifySelf: 'start' }}>
          {texts.close}
        </Button>
      ) : (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
          {ACTIONS.filter((action) => mayChange || action === 'check').map((action) => (
            <Button
              key={action}
              variant="outlined"
              color={action === 'disconnect' ? 'error' : 'primary'}
              loading={doing === action}
              disabled={doing !== null}
              onClick={() => (action === 'disconnect' ? setAsking(true) : void act(action))}
              sx={action === 'disconnect' ? { ml: 'auto' } : {}}
            >
              {texts.actions[action]}
            </Button>
          ))}
        </Box>
      )}
      <Facts
        facts={[
          [words.columns.status, <StatusChip key="status" status={connection.status} />],
          [words.columns.integration, name],
          [words.columns.org, connection.orgId],
          [words.columns.user, connection.userId],
          [words.facts.created, <Ago key="created" time={connection.createdAt} />],
          [words.facts.updated, <Ago key="updated" time={connection.updatedAt} />],
          [words.columns.used, <Ago key="used" time={connection.lastUsedAt} missing={texts.never} />],
          [words.facts.refreshed, <Ago key="refreshed" time={connection.lastRefreshedAt} missing={texts.never} />],
          [words.columns.expires, <Ago key="expires" time={connection.expiresAt} missing={words.noExpiry} />],
          [words.facts.account, account.id],
        ]}
      />
      <Facts
        stacked
        facts={[
          [words.facts.id, <code key="id">{id}</code>],
          [words.scopes, <ScopeList key="scopes" scopes={scopes} label={words.scopes} named />],
        ]}
      />
      {left ? null : (
        <Link href={homeOf(connection)} variant="body2" sx={{ justifySelf: 'start' }}>
          {words.items}
        </Link>
      )}
      {left ? null : <Trail id={id} />}
      <DisconnectDialog
        open={asking}
        name={name}
        account={account.name}
        busy={doing === 'disconnect'}
        onConfirm={() => void act('disconnect')}
        onCancel={() => setAsking(false)}
        onClosed={() => {}}
      />
    </>
  );
}

/** Where a person sees it as its user does, with its items. */
const homeOf = ({ orgId, userId, integration }: Connection): string =>
  `/?${new URLSearchParams({ org: orgId, user: userId, integration }).toString()}`;
