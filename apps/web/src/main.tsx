import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CssBaseline, ThemeProvider } from '@mui/material';
import { Access } from './access/access.js';
import { App } from './app.js';
import { takeReturned } from './connect/returned.js';
import { Pages } from './pages.js';
import { theme } from './theme.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
// Before anything renders: it also cleans the address, and must outlast a question who is there.
const returned = takeReturned();

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
