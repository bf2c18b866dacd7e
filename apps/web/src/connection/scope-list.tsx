import { Box, Chip } from '@mui/material';
import { texts } from '../texts.js';
import { describeScope } from './describe-scope.js';

interface ScopeListProps {
  scopes: string[];
  label: string;
  /** The provider's names, for developers; by default, descriptions for users. */
  raw?: boolean;
}

export function ScopeList({ scopes, label, raw = false }: ScopeListProps) {
  if (scopes.length === 0) return texts.connection.noScopes;
  return (
    <Box component="ul" aria-label={label} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75 }}>
      {scopes.map((scope) => (
        <Chip
          key={scope}
          component="li"
          size="small"
          label={raw ? scope : describeScope(scope)}
          title={scope}
          sx={{ maxWidth: '100%', ...(raw && { fontFamily: 'ui-monospace, monospace' }) }}
        />
      ))}
    </Box>
  );
}
