import { Box } from '@mui/material';
import { texts } from '../texts.js';
import { NameField } from './name-field.js';
import { changePlace } from './place.js';

export function WhoForm({ org, user }: { org: string; user: string }) {
  return (
    <Box
      component="fieldset"
      sx={{ border: 0, p: 0, m: 0, minWidth: 0, display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}
    >
      <Box component="legend" sx={{ p: 0, mb: 1, typography: 'body2', color: 'text.secondary' }}>
        {texts.who.legend}
      </Box>
      <NameField label={texts.who.org} name={org} onName={(name) => changePlace({ org: name }, 'replace')} />
      <NameField label={texts.who.user} name={user} onName={(name) => changePlace({ user: name }, 'replace')} />
    </Box>
  );
}
