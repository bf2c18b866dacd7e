import { Box } from '@mui/material';
import { VisuallyHidden } from '../layout/visually-hidden.js';
import { texts } from '../texts.js';
import { NameField } from './name-field.js';
import { changePlace, NOTHING_LOOKED_AT } from './place.js';

const ELSEWHERE = { connection: null, ...NOTHING_LOOKED_AT };

export function WhoForm({ org, user }: { org: string; user: string }) {
  return (
    <Box
      component="fieldset"
      sx={{ border: 0, p: 0, m: 0, minWidth: 0, display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 1.5 }}
    >
      <legend>
        <VisuallyHidden>{texts.who.legend}</VisuallyHidden>
      </legend>
      <NameField
        label={texts.who.org}
        name={org}
        onName={(name) => changePlace({ org: name, ...ELSEWHERE }, 'replace')}
      />
      <NameField
        label={texts.who.user}
        name={user}
        onName={(name) => changePlace({ user: name, ...ELSEWHERE }, 'replace')}
      />
    </Box>
  );
}
