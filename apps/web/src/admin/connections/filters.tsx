import { useEffect, useState } from 'react';
import { Box, MenuItem, TextField } from '@mui/material';
import type { Integration } from '@causeway/client';
import { texts } from '../texts.js';
import type { ServiceFilter } from './use-connections.js';

const PAUSE_MS = 200;
const ALL = 'all';

interface FiltersProps extends ServiceFilter {
  find: string;
  onFind: (find: string) => void;
  onFilter: (change: { integration?: string | null; status?: string | null }) => void;
  integrations: Integration[];
}

export function Filters({ find, onFind, onFilter, integration, status, integrations }: FiltersProps) {
  const names = new Map(integrations.map(({ id, name }) => [id, name]));
  // Also one that this service does not know (any more): the address may say it.
  if (integration !== null && !names.has(integration)) names.set(integration, integration);
  const toNull = (value: string) => (value === ALL ? null : value);
  return (
    <Box
      role="search"
      sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { xs: '1fr 1fr', sm: '1fr 190px 190px' } }}
    >
      <FindField find={find} onFind={onFind} />
      <TextField
        select
        size="small"
        label={texts.connections.integration}
        value={integration ?? ALL}
        onChange={({ target }) => onFilter({ integration: toNull(target.value) })}
      >
        <MenuItem value={ALL}>{texts.all}</MenuItem>
        {[...names].map(([id, name]) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        select
        size="small"
        label={texts.connections.status}
        value={status ?? ALL}
        onChange={({ target }) => onFilter({ status: toNull(target.value) })}
      >
        <MenuItem value={ALL}>{texts.all}</MenuItem>
        {Object.entries(texts.connections.statuses).map(([id, name]) => (
          <MenuItem key={id} value={id}>
            {name}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}

/** What is typed is looked for when typing pauses. */
function FindField({ find, onFind }: Pick<FiltersProps, 'find' | 'onFind'>) {
  const [draft, setDraft] = useState(find);
  // Another one from outside (the back button) takes the place of the draft.
  const [known, setKnown] = useState(find);
  if (find !== known) {
    setKnown(find);
    setDraft(find);
  }
  useEffect(() => {
    if (draft === find) return;
    const timer = window.setTimeout(() => onFind(draft), PAUSE_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <TextField
      type="search"
      size="small"
      label={texts.connections.find}
      value={draft}
      onChange={({ target }) => setDraft(target.value)}
      sx={{ gridColumn: { xs: '1 / -1', sm: 'auto' } }}
      slotProps={{ htmlInput: { maxLength: 200, spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
    />
  );
}
