import { Box } from '@mui/material';
import { VisuallyHidden } from '../layout/visually-hidden.js';
import { texts } from '../texts.js';
import { NameField } from './name-field.js';
import { changePlace } from './place.js';

export function WhoForm({ org, user }: { org: string; user: string }) {
  return (
    <Box
      component="fieldset"
      sx={{ border: 0, p: 0, m: 0, minWidth: 0, display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}
    >
      <legend>
        <VisuallyHidden>{texts.who.legend}</VisuallyHidden>
      </legend>
      <NameField label={texts.who.org} name={org} onName={(name) => changePlace({ org: name }, 'replace')} />
      <NameField label={texts.who.user} name={user} onName={(name) => changePlace({ user: name }, 'replace')} />
    </Box>
  );
}
