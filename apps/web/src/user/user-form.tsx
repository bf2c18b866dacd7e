import { Box } from '@mui/material';
import { DraftField } from '../layout/draft-field.js';
import { selectAccount } from '../routing/search-params.js';
import { isId, type User } from './user.js';

export default function UserForm({ orgId, userId }: User) {
  const field = (label: string, id: string, name: 'org' | 'user') => (
    <DraftField
      label={label}
      value={id}
      pauseMs={400}
      onCommit={(text) => {
        const next = text.trim();
        if (isId(next) && next !== id) selectAccount({ [name]: next }, { replace: true });
      }}
      // An empty field is an error only after an id was removed from it.
      errorOf={(text) =>
        isId(text.trim()) || text.trim() + id === ''
          ? undefined
          : '1 to 255 ASCII characters without blanks and without " < > \\ ^ { } `'
      }
    />
  );
  return (
    <Box component="fieldset" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr 1fr', md: '1fr' }, gap: 1.25 }}>
      <legend className="visually-hidden">Whose accounts are shown</legend>
      {field('Organization', orgId, 'org')}
      {field('User', userId, 'user')}
    </Box>
  );
}
