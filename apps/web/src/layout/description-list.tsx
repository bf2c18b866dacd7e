import { Fragment, type ReactNode } from 'react';
import { Box } from '@mui/material';

interface DescriptionListProps {
  /** Each term once. */
  entries: [term: string, description: ReactNode][];
  /** One below the other, for long descriptions. */
  stacked?: boolean;
}

const COLUMNS = 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))';

export function DescriptionList({ entries, stacked = false }: DescriptionListProps) {
  return (
    <Box component="dl" sx={{ display: 'grid', gap: 2, gridTemplateColumns: stacked ? '1fr' : COLUMNS }}>
      {entries.map(([term, description]) => (
        <Box key={term} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ typography: 'caption', color: 'text.secondary' }}>
            {term}
          </Box>
          <Box component="dd" sx={{ typography: 'body2', overflowWrap: 'anywhere' }}>
            {typeof description === 'string' ? <Breakable text={description} /> : description}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** Where it has no room, an address breaks after an `@` or a dot, instead of within a word. */
function Breakable({ text }: { text: string }) {
  const parts = text.split(/(?<=[@./_])(?=\S)/);
  return (
    <span dir="auto">
      {parts.map((part, at) => (
        <Fragment key={at}>
          {at > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </span>
  );
}
