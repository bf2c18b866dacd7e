import { Box } from '@mui/material';
import { DraftField } from '../layout/draft-field.js';
import { selectAccount } from '../routing/search-params.js';
import { isId, type User } from './user.js';

const PAUSE_MS = 400;

export default function UserForm({ orgId, userId }: User) {
  return (
    <Box component="fieldset" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr 1fr', md: '1fr' }, gap: 1.25 }}>
      <legend className="visually-hidden">Whose accounts are shown</legend>
      <IdField label="Organization" id={orgId} onChange={(org) => selectAccount({ org }, { replace: true })} />
      <IdField label="User" id={userId} onChange={(user) => selectAccount({ user }, { replace: true })} />
    </Box>
  );
}

function IdField({ label, id, onChange }: { label: string; id: string; onChange: (id: string) => void }) {
  return (
    <DraftField
      label={label}
      value={id}
      pauseMs={PAUSE_MS}
      onCommit={(text) => {
        const next = text.trim();
        if (isId(next) && next !== id) onChange(next);
      }}
      // An empty field is an error only after an id was removed from it.
      errorOf={(text) =>
        isId(text.trim()) || text.trim() + id === ''
          ? undefined
          : '1 to 255 ASCII characters without blanks and without " < > \\ ^ { } `'
      }
    />
  );
}
