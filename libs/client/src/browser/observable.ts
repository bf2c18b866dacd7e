/** A state that components render, as React's `useSyncExternalStore` reads it. */
export class Observable<State> {
  private readonly listeners = new Set<() => void>();

  constructor(private state: State) {}

  readonly getState = (): State => this.state;

  /** @returns how to unsubscribe */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  protected setState(state: State): void {
    this.state = state;
    for (const listener of this.listeners) listener();
  }
}
