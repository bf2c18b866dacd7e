import { Box, Chip } from '@mui/material';
import type { IntegrationDetails } from '@causeway/client';

interface ScopeListProps {
  scopes: string[];
  label: string;
  /** What the scopes allow, for users. Without it, the provider's names are shown, for developers. */
  permissions?: IntegrationDetails['permissions'] | undefined;
}

export function ScopeList({ scopes, label, permissions }: ScopeListProps) {
  if (scopes.length === 0) return 'Selected at the provider';
  if (permissions === undefined)
    return (
      <Box component="ul" aria-label={label} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75 }}>
        {scopes.map((scope) => (
          <Chip
            key={scope}
            component="li"
            variant="filled"
            label={scope}
            sx={{ maxWidth: '100%', fontFamily: 'ui-monospace, monospace' }}
          />
        ))}
      </Box>
    );
  return (
    <Box component="ul" aria-label={label} sx={{ listStyle: 'disc', pl: 2.5, typography: 'body2' }}>
      {scopes.map((scope) => (
        <li key={scope} title={scope}>
          {permissions.find((permission) => permission.scope === scope)?.description ?? scope}
        </li>
      ))}
    </Box>
  );
}
