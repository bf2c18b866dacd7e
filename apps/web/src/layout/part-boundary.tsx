import { Component, type ReactNode } from 'react';
import { ProblemAlert } from '../problem/problem-alert.js';
import { texts } from '../texts.js';

/** A part that comes in a file of its own may not come: after an update of the service, or without a network. The rest stays. */
export class PartBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override readonly state = { broken: false };

  static getDerivedStateFromError = () => ({ broken: true });

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return <ProblemAlert problem={texts.problem.part} onRetry={() => window.location.reload()} />;
  }
}
