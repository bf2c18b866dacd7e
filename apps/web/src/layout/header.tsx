import { AppBar, Box, Button, Link, Toolbar, Typography } from '@mui/material';
import { texts } from '../texts.js';
import logo from './causeway.svg';

export function Header({ onForgetKey }: { onForgetKey: (() => void) | undefined }) {
  return (
    <AppBar
      position="static"
      elevation={0}
      sx={{ bgcolor: 'background.paper', color: 'text.primary', borderBottom: 1, borderColor: 'divider' }}
    >
      <Toolbar sx={{ gap: 1.5, width: '100%', maxWidth: 1200, mx: 'auto' }}>
        <Box component="img" src={logo} alt="" sx={{ width: 32, height: 32 }} />
        <Typography variant="h1">{texts.app.name}</Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', display: { xs: 'none', sm: 'block' } }}>
          {texts.app.tagline}
        </Typography>
        <Box sx={{ flex: 1 }} />
        {onForgetKey === undefined ? null : (
          <Button size="small" color="inherit" onClick={onForgetKey}>
            {texts.app.forgetKey}
          </Button>
        )}
        <Link href="/docs" variant="body2" sx={{ fontWeight: 600 }}>
          {texts.app.apiDocs}
        </Link>
      </Toolbar>
    </AppBar>
  );
}
