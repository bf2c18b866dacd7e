import { lazy, Suspense } from 'react';
import { Container } from '@mui/material';
import { Route, Switch } from 'wouter';
import type { RedirectResult } from '@causeway/client/browser';
import { AccountsPage } from './accounts-page.js';
import { ErrorBoundary } from './layout/error-boundary.js';
import { NotFoundPage } from './not-found-page.js';
import { SessionGate } from './session/session-gate.js';

/** A chunk of its own, which users who connect an account do not load. */
const AdminPage = lazy(() => import('./admin/admin-page.js'));

/** @param redirectResult of the authorization that redirected the browser here, if one did */
export function App({ redirectResult }: { redirectResult: RedirectResult | null }) {
  return (
    <SessionGate>
      <Switch>
        <Route path="/admin">
          <ErrorBoundary page>
            <Suspense fallback={<Container component="main" sx={{ minHeight: '80vh' }} aria-busy />}>
              <AdminPage />
            </Suspense>
          </ErrorBoundary>
        </Route>
        <Route path="/">
          <AccountsPage redirectResult={redirectResult} />
        </Route>
        <Route>
          <NotFoundPage />
        </Route>
      </Switch>
    </SessionGate>
  );
}
