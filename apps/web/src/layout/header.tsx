import { AppBar, Box, Button, Link, Toolbar, Typography } from '@mui/material';
import type { Caller } from '../access/caller.js';
import { usePath } from '../place/address.js';
import { PageLink } from '../place/page-link.js';
import { texts } from '../texts.js';
import logo from './causeway.svg';

export function Header({ caller, onSignOut }: { caller: Caller | null; onSignOut: () => void }) {
  const path = usePath();
  const width = path === '/admin' ? 1500 : 1200;
  const isSession = caller?.kind === 'session';
  return (
    <AppBar
      position="static"
      elevation={0}
      sx={{ bgcolor: 'background.paper', color: 'text.primary', borderBottom: 1, borderColor: 'divider' }}
    >
      <Toolbar sx={{ gap: 1.5, width: '100%', maxWidth: width, mx: 'auto' }}>
        <Box component="img" src={logo} alt="" sx={{ width: 32, height: 32 }} />
        <Typography variant="h1" sx={caller === null ? {} : HIDDEN_ON_PHONES}>
          {texts.app.name}
        </Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', display: { xs: 'none', md: 'block' } }}>
          {texts.app.tagline}
        </Typography>
        <Box sx={{ flex: 1 }} />
        <Box component="nav" aria-label={texts.app.nav} sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
          {/* A session has one page only; elsewhere it needs the way back. */}
          {caller === null || (isSession && path === '/') ? null : <PageLink path="/">{texts.app.accounts}</PageLink>}
          {caller === null || isSession ? null : <PageLink path="/admin">{texts.app.administer}</PageLink>}
          <Link href="/docs" variant="body2" sx={{ fontWeight: 600, py: 1, textDecoration: 'none' }}>
            {texts.app.apiDocs}
          </Link>
        </Box>
        {caller === null || caller.kind === 'anyone' ? null : (
          <Button size="small" variant="outlined" color="inherit" onClick={onSignOut} sx={{ whiteSpace: 'nowrap' }}>
            {texts.app.signOut}
          </Button>
        )}
      </Toolbar>
    </AppBar>
  );
}

/** The pages need the room; the heading is still there for screen readers. */
const HIDDEN_ON_PHONES = {
  position: { xs: 'absolute', sm: 'static' },
  clipPath: { xs: 'inset(50%)', sm: 'none' },
};
