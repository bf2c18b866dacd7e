import { Component, Suspense, type ReactNode } from 'react';
import { Container } from '@mui/material';
import { texts } from '../texts.js';
import { ProblemAlert } from './problem-alert.js';

interface LazyContentProps {
  /** Until the chunk is loaded. */
  fallback?: ReactNode;
  /** The children are a whole page. */
  page?: boolean;
  children: ReactNode;
}

/** Shows a problem in place of a chunk that could not be loaded: there is no network, or a new version has other chunks. */
export class LazyContent extends Component<LazyContentProps, { failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError = () => ({ failed: true });

  override render(): ReactNode {
    const { fallback, page, children } = this.props;
    if (!this.state.failed) return <Suspense fallback={fallback}>{children}</Suspense>;
    const alert = <ProblemAlert problem={texts.problem.chunk} onRetry={() => window.location.reload()} />;
    return page ? <Container component="main" maxWidth="sm" sx={{ py: 4 }} children={alert} /> : alert;
  }
}
