import { Box, Chip } from '@mui/material';
import { texts } from '../texts.js';
import { scopeInWords } from './scope-in-words.js';

export function ScopeList({ scopes, label }: { scopes: string[]; label: string }) {
  if (scopes.length === 0) return texts.connection.noScopes;
  return (
    <Box
      component="ul"
      aria-label={label}
      sx={{ listStyle: 'none', m: 0, p: 0, display: 'flex', flexWrap: 'wrap', gap: 0.75 }}
    >
      {scopes.map((scope) => (
        <Chip
          key={scope}
          component="li"
          size="small"
          label={scopeInWords(scope)}
          title={scope}
          sx={{ maxWidth: '100%' }}
        />
      ))}
    </Box>
  );
}
