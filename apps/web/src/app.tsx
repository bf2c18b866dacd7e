import { lazy } from 'react';
import { Button, Container } from '@mui/material';
import { Link, Route, Switch } from 'wouter';
import type { RedirectResult } from '@causeway/client/browser';
import { AccountsPage } from './accounts-page.js';
import { SearchIcon } from './icons.js';
import { EmptyState, Panel } from './layout/content.js';
import { LazyContent } from './layout/lazy-content.js';
import { SessionGate } from './session/session-gate.js';

/** A chunk of its own, which users who connect an account do not load. */
const AdminPage = lazy(() => import('./admin/admin-page.js'));

/** @param redirectResult of the authorization that redirected the browser here, if one did */
export function App({ redirectResult }: { redirectResult: RedirectResult | null }) {
  return (
    <SessionGate>
      <Switch>
        <Route path="/admin">
          <LazyContent page fallback={<Container component="main" sx={{ minHeight: '80vh' }} aria-busy />}>
            <AdminPage />
          </LazyContent>
        </Route>
        <Route path="/">
          <AccountsPage redirectResult={redirectResult} />
        </Route>
        <Route>
          <Container component="main" maxWidth="sm" sx={{ py: { xs: 3, sm: 8 } }}>
            <Panel id="not-found-title" title="Page not found">
              <EmptyState
                icon={<SearchIcon />}
                text="There is no page at this address. The link may be old or mistyped."
              >
                <Button component={Link} href="/" variant="contained" sx={{ mt: 1 }}>
                  Go to Accounts
                </Button>
              </EmptyState>
            </Panel>
          </Container>
        </Route>
      </Switch>
    </SessionGate>
  );
}
