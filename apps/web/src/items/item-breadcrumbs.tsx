import { Breadcrumbs, Link, Typography } from '@mui/material';
import { texts } from '../texts.js';
import type { Container } from './containers.js';

interface ItemBreadcrumbsProps {
  containers: readonly Container[];
  /** @param depth how many containers remain open */
  onSelect: (depth: number) => void;
}

export function ItemBreadcrumbs({ containers, onSelect }: ItemBreadcrumbsProps) {
  if (containers.length === 0) return null;
  const names = [texts.items.allItems, ...containers.map(({ name }) => name)];
  return (
    <Breadcrumbs aria-label={texts.items.breadcrumbs} sx={{ fontSize: '0.875rem', minWidth: 0 }}>
      {names.map((name, depth) =>
        depth === containers.length ? (
          <Typography key={depth} variant="body2" dir="auto" aria-current="true" noWrap sx={CURRENT}>
            {name}
          </Typography>
        ) : (
          <Link
            key={depth}
            component="button"
            type="button"
            variant="body2"
            dir="auto"
            onClick={() => onSelect(depth)}
            sx={{ minHeight: 24, overflowWrap: 'anywhere' }}
          >
            {name}
          </Link>
        ),
      )}
    </Breadcrumbs>
  );
}

const CURRENT = { fontWeight: 600, maxWidth: 'min(480px, 80vw)' };
