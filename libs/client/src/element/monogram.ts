import { html, type TemplateResult } from 'lit';
import type { Integration } from '../client.js';

/** The first letter of the name, on a color that is computed from the id. A slot lets the page show the provider's own logo instead. */
export function monogram({ id, name }: Integration): TemplateResult {
  const hue = [...id].reduce((sum, character) => (sum * 61 + character.charCodeAt(0)) % 360, 7);
  return html`<slot name="logo-${id}" aria-hidden="true">
    <svg class="logo" viewBox="0 0 40 40">
      <rect width="40" height="40" rx="9" fill="hsl(${hue} 45% 36%)"></rect>
      <text x="20" y="27" text-anchor="middle" font-size="20" font-weight="700" fill="#fff">${[...name][0] ?? ''}</text>
    </svg>
  </slot>`;
}
