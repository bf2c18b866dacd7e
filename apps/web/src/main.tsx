import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { CssBaseline, ThemeProvider } from '@mui/material';
import { consumeRedirectResult } from '@causeway/client/browser';
import { App } from './app.js';
import { theme } from './theme.js';

const root = document.getElementById('root');
if (root === null) throw new Error('The page has no #root.');
// Before the first rendering: it also removes the result from the address.
const redirectResult = consumeRedirectResult();

document.documentElement.style.setProperty('--scrollbar-width', `${scrollbarWidth()}px`);

createRoot(root).render(
  <StrictMode>
    <ThemeProvider theme={theme}>
      <CssBaseline />
      <App redirectResult={redirectResult} />
    </ThemeProvider>
  </StrictMode>,
);

/** Pixels; 0 where scroll bars are drawn over the page. */
function scrollbarWidth(): number {
  const box = document.body.appendChild(document.createElement('div'));
  Object.assign(box.style, { width: '100px', overflowY: 'scroll' });
  const width = box.offsetWidth - box.clientWidth;
  box.remove();
  return width;
}
