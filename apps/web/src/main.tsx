import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CssBaseline, ThemeProvider } from '@mui/material';
import { takeReturned } from '@causeway/client/browser';
import { Access } from './access/access.js';
import { App } from './app.js';
import type { Ending } from './connect/ending.js';
import { Pages } from './pages.js';
import { theme } from './theme.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
// Before anything renders: it also cleans the address, and must outlast a question who is there.
const ending = takeReturned();
const returned: Ending | null =
  ending === null
    ? null
    : 'error' in ending
      ? { kind: 'failed', problem: ending.error.problem }
      : { kind: 'connected', connectionId: ending.connectionId };

createRoot(root).render(
  <StrictMode>
    <ThemeProvider theme={theme}>
      <CssBaseline />
      <Access>
        <Pages home={<App returned={returned} />} />
      </Access>
    </ThemeProvider>
  </StrictMode>,
);
