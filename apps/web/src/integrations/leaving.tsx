import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Box, FormControlLabel, Switch, Typography } from '@mui/material';
import type { Connection, Integration } from '@causeway/client';
import { connectionsKey } from '../api/queries.js';
import { dataOf } from '../api/service-problem.js';
import { useService } from '../api/service.js';
import { emptyRegion } from '../layout/live-region.js';
import { texts } from '../texts.js';

const KEY = 'causeway:one-at-a-time';

interface Leaving {
  on: boolean;
  switchOn: (on: boolean) => void;
  /** What came of it the last time. */
  news: { severity: 'info' | 'warning'; sentence: string } | null;
  dismiss: () => void;
}

/** "Disconnect the previous one when switching": off unless somebody wants it, and then said out loud. */
export function useLeaving(): [Leaving, (integration: Integration, connections: Connection[]) => void] {
  const service = useService();
  const queries = useQueryClient();
  const [on, setOn] = useState(() => localStorage.getItem(KEY) === 'yes');
  const [news, setNews] = useState<Leaving['news']>(null);
  const switchOn = (wanted: boolean) => {
    localStorage.setItem(KEY, wanted ? 'yes' : 'no');
    setOn(wanted);
    // What the option did before is no news of what it is now.
    setNews(null);
  };
  const leave = ({ name }: Integration, connections: Connection[]) => {
    setNews(null);
    if (!on || connections.length === 0) return;
    const all = connections.map(({ id }) => dataOf(service.DELETE('/connections/{id}', { params: { path: { id } } })));
    void Promise.all(all)
      .then(
        () => setNews({ severity: 'info', sentence: texts.integrations.leftBehind(name) }),
        () => setNews({ severity: 'warning', sentence: texts.integrations.notLeftBehind(name) }),
      )
      .then(() => queries.invalidateQueries({ queryKey: connectionsKey }));
  };
  return [{ on, switchOn, news, dismiss: () => setNews(null) }, leave];
}

export function LeavingChoice({ leaving: { on, switchOn, news, dismiss } }: { leaving: Leaving }) {
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center' }}>
        <FormControlLabel
          sx={{ ml: 0 }}
          control={<Switch size="small" checked={on} onChange={(_, wanted) => switchOn(wanted)} />}
          label={<Typography variant="body2">{texts.integrations.oneAtATime}</Typography>}
        />
        {/* On a phone it stands below, under the words and not under the switch. */}
        <Typography variant="body2" sx={{ color: 'text.secondary', pl: { xs: 5, sm: 0 } }}>
          {texts.integrations.oneAtATimeHint}
        </Typography>
      </Box>
      <Box role="status" sx={emptyRegion}>
        {news === null ? null : (
          <Alert severity={news.severity} onClose={dismiss} closeText={texts.connect.dismiss}>
            {news.sentence}
          </Alert>
        )}
      </Box>
    </Box>
  );
}
