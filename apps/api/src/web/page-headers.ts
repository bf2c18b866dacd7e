/** emotion writes its rules into an empty `<style>` element: this is the hash of the empty string. */
const EMPTY_STYLE = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";

const NO_DEVICES =
  'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), hid=(), microphone=(), midi=(), payment=(), serial=(), usb=()';

/** A page may load only files of this service, and call only this service. */
const pagePolicy = (style: string) =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self'${style}`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

const PAGE = {
  'permissions-policy': NO_DEVICES,
  // The page's URL names an organization and a user. `no-referrer` would make browsers send `Origin: null` to this service.
  'referrer-policy': 'same-origin',
  // Isolates the page from its opener, but lets the popups that it opens post messages back.
  'cross-origin-opener-policy': 'same-origin-allow-popups',
};

/** The callback page has headers of its own: it must keep its opener. */
export const PAGE_HEADERS = {
  webApp: { ...PAGE, 'content-security-policy': pagePolicy(` ${EMPTY_STYLE}`) },
  docs: { ...PAGE, 'content-security-policy': pagePolicy('') },
};
