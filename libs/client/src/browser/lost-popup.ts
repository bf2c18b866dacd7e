import type { CallbackMessage } from './callback-message.js';
import type { ConnectResult } from './connect-result.js';

/** Marks the address of a page that was opened in a popup; its value is the integration. */
const PARAMETER = 'causeway-popup';

export function popupReturnUrl(returnTo: string, integration: string): string {
  const url = new URL(returnTo);
  url.searchParams.set(PARAMETER, integration);
  return url.href;
}

/** @returns the integration, if this page is in a popup that has lost the page that opened it; removes the mark from `url` */
export function consumePopupMark(url: URL): string | null {
  const integration = url.searchParams.get(PARAMETER);
  url.searchParams.delete(PARAMETER);
  return integration;
}

/** Tells the page that opened this popup, which has the same origin, and closes the popup. */
export function closeLostPopup(integration: string, result: ConnectResult): void {
  const { phase: type, ...others } = result;
  const channel = new BroadcastChannel('causeway');
  channel.postMessage({ source: 'causeway', type, integration, ...others } satisfies CallbackMessage);
  channel.close();
  window.close();
}
