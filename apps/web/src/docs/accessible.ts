import type { Plugin } from 'swagger-ui-dist/swagger-ui-es-bundle.js';

const UNLABELED = {
  'select.examples-select-element': 'Example',
  'textarea.body-param__text': 'Request body',
  '.information-container': 'Introduction',
};

/** What Swagger UI lacks for keyboards and screen readers. */
export const accessible: Plugin = {
  wrapComponents: {
    // It is a link inside of the button that unfolds an operation, and leads to the same.
    DeepLink:
      (_original, { React }) =>
      ({ text }) =>
        React.createElement('span', null, text),
  },
  afterLoad(system) {
    new MutationObserver(() => {
      for (const [selector, label] of Object.entries(UNLABELED))
        for (const element of document.querySelectorAll(`${selector}:not([aria-label])`))
          element.setAttribute('aria-label', label);
      // Otherwise it is outside of all landmarks.
      document.querySelector('.information-container:not([role])')?.setAttribute('role', 'region');
    }).observe(document.body, { childList: true, subtree: true });
    // Links of descriptions open other windows, which have none of the values that were filled in here.
    document.addEventListener('click', (event) => {
      const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>('.info a') : null;
      if (link?.origin !== location.origin) return;
      event.preventDefault();
      if (link.pathname !== location.pathname) return location.assign(link.href);
      history.replaceState(null, '', link.hash);
      system.layoutActions.parseDeepLinkHash(link.hash);
      const [tag = '', operation = ''] = decodeURIComponent(link.hash.slice(2)).split('/');
      document.getElementById(`operations-${tag.replaceAll(' ', '_')}-${operation}`)?.scrollIntoView();
    });
  },
};
