import { AppBar, Box, Button, Link, Toolbar, Typography } from '@mui/material';
import { useLocation } from 'wouter';
import { PageLink } from '../routing/page-link.js';
import { nameOf, type Caller } from '../session/caller.js';
import { texts } from '../texts.js';
import logo from './causeway.svg';

/** @param caller `null`: nobody is signed in */
export function Header({ caller, onSignOut }: { caller: Caller | null; onSignOut: () => void }) {
  const [path] = useLocation();
  const isSession = caller?.kind === 'session';
  const name = caller && nameOf(caller);
  return (
    <AppBar
      position="static"
      elevation={0}
      // Over the room for a scroll bar.
      sx={{
        width: '100vw',
        bgcolor: 'background.paper',
        color: 'text.primary',
        borderBottom: 1,
        borderColor: 'divider',
      }}
    >
      <Toolbar variant="dense" sx={{ gap: 1.5, maxWidth: 'calc(100vw - var(--scrollbar-width))' }}>
        <Box component="img" src={logo} alt="" sx={{ width: 28, height: 28 }} />
        <Typography variant="h1" sx={caller === null ? {} : HIDDEN_ON_PHONES}>
          Causeway
        </Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', display: { xs: 'none', md: 'block' } }}>
          Connect accounts and browse their data
        </Typography>
        <Box sx={{ flex: 1 }} />
        <Box component="nav" aria-label="Pages" sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
          {/* A session of one user has only this page, and needs the link when it is elsewhere. */}
          {caller !== null && (!isSession || path !== '/') && <PageLink path="/">Accounts</PageLink>}
          {caller !== null && !isSession && <PageLink path="/admin">Admin</PageLink>}
          <Link href="/docs" target="_blank" variant="body2" sx={LINK}>
            API docs
          </Link>
        </Box>
        {name !== null && (
          <Typography variant="body2" noWrap title={texts.session.signedInAs(name)} sx={NAME}>
            <span className="visually-hidden">{texts.session.signedInAs('')}</span>
            {name}
          </Typography>
        )}
        {caller !== null && caller.kind !== 'anyone' && (
          <Button size="small" variant="outlined" color="inherit" onClick={onSignOut} sx={{ whiteSpace: 'nowrap' }}>
            Sign out
          </Button>
        )}
      </Toolbar>
    </AppBar>
  );
}

const LINK = { fontWeight: 600, py: 1, textDecoration: 'none', whiteSpace: 'nowrap' };

/** A user may have a name of 255 characters. */
const NAME = { color: 'text.secondary', flexShrink: 1, minWidth: 0, maxWidth: { xs: 88, sm: 180, lg: 320 } };

/** The links need the room; screen readers still find the heading. */
const HIDDEN_ON_PHONES = { position: { xs: 'absolute', sm: 'static' }, clipPath: { xs: 'inset(50%)', sm: 'none' } };
