import { html, type TemplateResult } from 'lit';

const icon = (path: string): TemplateResult =>
  html`<svg viewBox="0 0 20 20" aria-hidden="true">
    <path d=${path} fill="none" stroke="currentColor" stroke-width="2" />
  </svg>`;

export const BACK = icon('M12 4 6 10l6 6');
export const CROSS = icon('m5 5 10 10M15 5 5 15');
