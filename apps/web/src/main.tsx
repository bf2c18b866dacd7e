import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CssBaseline, ThemeProvider } from '@mui/material';
import { consumeRedirectResult } from '@causeway/client/browser';
import { Access } from './access/access.js';
import { App } from './app.js';
import type { Ending } from './connect/ending.js';
import { Pages } from './pages.js';
import { theme } from './theme.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
// Before anything renders: it also cleans the address, and must outlast a question who is there.
const result = consumeRedirectResult();
const returned: Ending | null =
  result && (result.phase === 'connected' ? { kind: 'connected', ...result } : { kind: 'failed', ...result });

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
