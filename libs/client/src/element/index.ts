import { CausewayConnect } from './causeway-connect.js';

// In Node, where pages are rendered on a server, there are no custom elements.
if (typeof window !== 'undefined' && customElements.get('causeway-connect') === undefined)
  customElements.define('causeway-connect', CausewayConnect);

export { CausewayConnect };
export type { CausewayConnectEvents, CausewayConnectProperties } from './properties.js';
export type { ReplacedTexts } from '../texts/texts.js';

declare global {
  interface HTMLElementTagNameMap {
    'causeway-connect': CausewayConnect;
  }
}
