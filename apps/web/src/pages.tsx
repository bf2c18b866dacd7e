import { Component, lazy, Suspense, type ReactNode } from 'react';
import { Button, Container } from '@mui/material';
import { usePath } from './place/address.js';
import { ProblemAlert } from './problem/problem-alert.js';
import { texts } from './texts.js';

/** A file of its own: whoever connects an account does not load it. */
const AdminPage = lazy(() => import('./admin/admin-page.js'));

/** The page that the address names. */
export function Pages({ home }: { home: ReactNode }) {
  if (usePath() !== '/admin') return home;
  return (
    <Unloadable>
      <Suspense fallback={<Container component="main" sx={{ minHeight: '80vh' }} aria-busy />}>
        <AdminPage />
      </Suspense>
    </Unloadable>
  );
}

/** A part that did not arrive: the network is away, or a new version has other files. */
class Unloadable extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError = () => ({ broken: true });

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Container component="main" maxWidth="sm" sx={{ py: 4, display: 'grid', gap: 2, justifyItems: 'start' }}>
        <ProblemAlert problem={texts.pages.broken} />
        <Button variant="contained" onClick={() => window.location.reload()}>
          {texts.pages.reload}
        </Button>
      </Container>
    );
  }
}
