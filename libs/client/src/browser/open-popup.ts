const WIDTH = 520;
const HEIGHT = 760;

/**
 * Opens an empty window that shows a text. Call it in the click's own event handler: after a network request, browsers block it.
 * @returns `null` if the popup was blocked
 */
export function openPopup(text: string): Window | null {
  const left = Math.max(0, window.screenX + (window.outerWidth - WIDTH) / 2);
  const top = Math.max(0, window.screenY + (window.outerHeight - HEIGHT) / 2);
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${Math.round(left)},top=${Math.round(top)}`;
  const popup = window.open('about:blank', '_blank', features);
  // Some blockers return a window that is already closed.
  if (popup === null || popup.closed) return null;
  const { document } = popup;
  document.title = text;
  document.documentElement.style.colorScheme = 'light dark';
  document.body.style.cssText =
    'font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; height: 90vh; margin: 0';
  document.body.textContent = text;
  return popup;
}
