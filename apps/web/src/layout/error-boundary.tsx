import { Component, type ReactNode } from 'react';
import { Container } from '@mui/material';
import { texts } from '../texts.js';
import { ProblemAlert } from './problem-alert.js';

interface ErrorBoundaryProps {
  /** The children are a whole page. */
  page?: boolean;
  children: ReactNode;
}

/** Shows a problem in place of a chunk that could not be loaded: there is no network, or a new version has other chunks. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { failed: boolean }> {
  override readonly state = { failed: false };

  static getDerivedStateFromError = () => ({ failed: true });

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    const alert = <ProblemAlert problem={texts.problem.chunk} onRetry={() => window.location.reload()} />;
    return this.props.page ? <Container component="main" maxWidth="sm" sx={{ py: 4 }} children={alert} /> : alert;
  }
}
