import type { ReactNode } from 'react';
import { Link } from '@mui/material';
import { Link as RouterLink, useLocation } from 'wouter';

/** The search parameters with which each page was left: a link to the page restores them. */
const lastSearch = new Map<string, string>();

export function PageLink({ path, children }: { path: string; children: ReactNode }) {
  const [currentPath] = useLocation();
  const isCurrent = currentPath === path;
  const search = isCurrent ? window.location.search : (lastSearch.get(path) ?? '');
  const onClick = () => {
    lastSearch.set(currentPath, window.location.search);
    if (!isCurrent) window.scrollTo(0, 0);
  };
  return (
    <RouterLink href={path + search} replace={isCurrent} onClick={onClick} asChild>
      <Link
        variant="body2"
        aria-current={isCurrent ? 'page' : undefined}
        sx={{
          fontWeight: 600,
          py: 1,
          color: isCurrent ? 'text.primary' : 'primary.main',
          textDecoration: isCurrent ? 'underline' : 'none',
          textDecorationThickness: 2,
          textUnderlineOffset: 6,
          '&:hover': { textDecoration: 'underline' },
        }}
      >
        {children}
      </Link>
    </RouterLink>
  );
}
