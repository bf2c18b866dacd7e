const WIDTH = 520;
const HEIGHT = 760;

/**
 * Opens an empty window and says in it what comes. To be called in the click itself: after a network call browsers take it for
 * advertising. `null`: it was blocked.
 */
export function openPopup(sentence: string): Window | null {
  const left = Math.max(0, window.screenX + (window.outerWidth - WIDTH) / 2);
  const top = Math.max(0, window.screenY + (window.outerHeight - HEIGHT) / 2);
  const features = `popup,width=${WIDTH},height=${HEIGHT},left=${Math.round(left)},top=${Math.round(top)}`;
  const popup = window.open('about:blank', '_blank', features);
  // Some blockers give a window that is closed already.
  if (popup === null || popup.closed) return null;
  const { document: page } = popup;
  page.title = sentence;
  page.documentElement.style.colorScheme = 'light dark';
  page.body.style.cssText =
    'font: 16px/1.5 system-ui, sans-serif; display: grid; place-content: center; height: 90vh; margin: 0';
  page.body.textContent = sentence;
  return popup;
}
