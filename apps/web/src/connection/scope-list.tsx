import { Box, Chip } from '@mui/material';
import { texts } from '../texts.js';
import { scopeInWords } from './scope-in-words.js';

interface ScopeListProps {
  scopes: string[];
  label: string;
  /** As the provider names them, for whoever has to set them there; otherwise in words. */
  named?: boolean;
}

export function ScopeList({ scopes, label, named = false }: ScopeListProps) {
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
          label={named ? scope : scopeInWords(scope)}
          title={scope}
          sx={{ maxWidth: '100%', ...(named ? { fontFamily: 'ui-monospace, monospace' } : {}) }}
        />
      ))}
    </Box>
  );
}
