import type { Dispatcher } from 'undici';

/** Sees when a request goes onto a connection: at once where one stands idle, later where it has to be made first. */
export class Departure {
  /** The request was handed over, and did not go at once. */
  isWaiting = false;

  constructor(private readonly departs: ((connection: 'standing' | 'new') => void) | undefined) {}

  readonly interceptor: Dispatcher.DispatcherComposeInterceptor = (dispatch) => (options, handler) => {
    const { departs } = this;
    if (departs === undefined) return dispatch(options, handler);
    const starts = handler.onRequestStart;
    handler.onRequestStart = (...context) => {
      departs(this.isWaiting ? 'new' : 'standing');
      starts?.apply(handler, context);
    };
    return dispatch(options, handler);
  };
}
