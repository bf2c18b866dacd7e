import type { MouseEvent, ReactNode } from 'react';
import { Link } from '@mui/material';
import { goTo, usePath } from './address.js';

/** Each page comes back as it was left: its address holds what was chosen there. */
const left = new Map<string, string>();

export function PageLink({ path, children }: { path: string; children: ReactNode }) {
  const here = usePath();
  const href = left.get(path) ?? path;
  const follow = (event: MouseEvent) => {
    // Another tab, a download: the browser's own business.
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    if (here === path) return;
    left.set(here, window.location.pathname + window.location.search);
    goTo(left.get(path) ?? path);
  };
  const isHere = here === path;
  return (
    <Link
      href={href}
      onClick={follow}
      variant="body2"
      aria-current={isHere ? 'page' : undefined}
      sx={{
        fontWeight: 600,
        py: 1,
        color: isHere ? 'text.primary' : 'primary.main',
        textDecoration: isHere ? 'underline' : 'none',
        textDecorationThickness: 2,
        textUnderlineOffset: 6,
        '&:hover': { textDecoration: 'underline' },
      }}
    >
      {children}
    </Link>
  );
}
