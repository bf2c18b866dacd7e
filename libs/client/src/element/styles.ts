import { css } from 'lit';

/** The custom properties are documented in docs/embedding.md. */
export const styles = css`
  :host {
    --_accent: var(--causeway-accent, light-dark(#1f5fae, #8ab8f5));
    --_on-accent: var(--causeway-on-accent, light-dark(#fff, #10233b));
    --_background: var(--causeway-background, light-dark(#fff, #1b1e24));
    --_surface: var(--causeway-surface, light-dark(#f4f6f9, #262a33));
    --_text: var(--causeway-text, light-dark(#1a1f29, #eceff4));
    --_muted: var(--causeway-muted, light-dark(#566074, #a9b2c3));
    --_border: var(--causeway-border, light-dark(#d5dae3, #3b414e));
    --_success: var(--causeway-success, light-dark(#1b6b3a, #7fd6a2));
    --_warning: var(--causeway-warning, light-dark(#8a4b00, #f2b56b));
    --_danger: var(--causeway-danger, light-dark(#b3261e, #f2a09a));
    --_radius: var(--causeway-radius, 10px);
    display: contents;
    font: var(--causeway-font, 400 1rem/1.5 system-ui, sans-serif);
    /* Of the page around it. */
    text-align: start;
    text-transform: none;
    letter-spacing: normal;
    color: var(--_text);
  }
  :host([theme='light']) {
    color-scheme: light;
  }
  :host([theme='dark']) {
    color-scheme: dark;
  }
  :host([theme='system']) {
    color-scheme: light dark;
  }
  :host([hidden]) {
    display: none;
  }
  * {
    box-sizing: border-box;
  }
  dialog,
  section {
    background: var(--_background);
    color: var(--_text);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    padding: 0;
  }
  dialog {
    width: min(30rem, calc(100vw - 2rem));
    max-height: min(40rem, calc(100dvh - 2rem));
    overflow: hidden;
    box-shadow: var(--causeway-shadow, 0 20px 60px rgb(0 0 0 / 30%));
  }
  dialog::backdrop {
    background: rgb(0 0 0 / 45%);
  }
  dialog[open],
  section {
    display: flex;
    flex-direction: column;
  }
  header {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    padding: 0.75rem 0.75rem 0.75rem 1.25rem;
    padding-inline: 1.25rem 0.75rem;
    border-bottom: 1px solid var(--_border);
  }
  header.detail {
    padding-inline-start: 0.75rem;
  }
  h2 {
    flex: 1;
    min-width: 0;
    margin: 0;
    font-size: 1.125em;
    line-height: 1.4;
    overflow-wrap: anywhere;
  }
  h2:focus {
    outline: none;
  }
  .body {
    padding: 1rem 1.25rem 1.25rem;
    overflow-y: auto;
    overscroll-behavior: contain;
    display: grid;
    gap: 0.875rem;
    align-content: start;
  }
  ul {
    list-style: none;
    margin: 0;
    padding: 0;
    display: grid;
    gap: 0.5rem;
  }
  section .apps {
    grid-template-columns: repeat(auto-fill, minmax(min(18rem, 100%), 1fr));
  }
  p {
    margin: 0;
  }
  .muted {
    color: var(--_muted);
    font-size: 0.875em;
  }
  .logo,
  ::slotted([slot^='logo-']) {
    width: 2.5rem;
    height: 2.5rem;
    flex: none;
  }
  header .logo {
    width: 2rem;
    height: 2rem;
  }
  input {
    width: 100%;
    font: inherit;
    color: inherit;
    background: var(--_background);
    border: 1px solid var(--_muted);
    border-radius: calc(var(--_radius) * 0.8);
    padding: 0.5rem 0.75rem;
  }
  input::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  button {
    font: inherit;
    font-weight: 600;
    color: var(--_text);
    background: transparent;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
    padding: 0.375rem 0.875rem;
    min-height: 2.25rem;
    cursor: pointer;
  }
  button:hover {
    background: var(--_surface);
  }
  button.primary {
    color: var(--_on-accent);
    background: var(--_accent);
    border-color: transparent;
  }
  button.primary:hover {
    filter: brightness(1.08);
  }
  button.danger {
    color: var(--_danger);
    border-color: currentcolor;
  }
  button[aria-disabled='true'] {
    opacity: 0.55;
    cursor: default;
  }
  button.icon {
    border-color: transparent;
    padding: 0.375rem;
    min-width: 2.25rem;
    display: inline-grid;
    place-content: center;
  }
  button.icon svg {
    width: 1.25rem;
    height: 1.25rem;
  }
  [dir='rtl'] .back svg {
    transform: scaleX(-1);
  }
  button:focus-visible,
  input:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  .row {
    width: 100%;
    display: flex;
    align-items: center;
    gap: 0.75rem;
    padding: 0.625rem 0.75rem;
    text-align: start;
    font-weight: 400;
  }
  .row > .grow,
  .account > .grow {
    flex: 1;
    min-width: 0;
    display: grid;
  }
  .name {
    /* Written in the other direction, it still starts where the row does. */
    justify-self: start;
    font-weight: 600;
    overflow-wrap: anywhere;
  }
  .status {
    flex: none;
    max-width: 45%;
    font-size: 0.875em;
    font-weight: 600;
    color: var(--_accent);
    text-align: end;
  }
  .status.active {
    color: var(--_success);
  }
  .status.broken {
    color: var(--_warning);
  }
  .account {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 0.5rem 0.75rem;
    border: 1px solid var(--_border);
    border-radius: calc(var(--_radius) * 0.8);
    padding: 0.625rem 0.75rem;
  }
  .account > .grow {
    flex: 1 1 10rem;
  }
  .account .status {
    max-width: none;
    text-align: start;
  }
  .actions {
    display: flex;
    flex-wrap: wrap;
    gap: 0.5rem;
  }
  .confirm {
    flex-basis: 100%;
    display: grid;
    gap: 0.625rem;
  }
  .notices:empty,
  .notices:not(:has(*)) {
    display: none;
  }
  .notice {
    display: grid;
    gap: 0.625rem;
    justify-items: start;
    padding: 0.625rem 0.875rem;
    background: var(--_surface);
    border-inline-start: 3px solid var(--_accent);
    border-radius: calc(var(--_radius) * 0.5);
    overflow-wrap: anywhere;
  }
  .notice.result {
    grid-template-columns: 1fr auto;
    align-items: center;
  }
  .notice.success {
    border-color: var(--_success);
  }
  .notice.warning {
    border-color: var(--_warning);
  }
  .spinner {
    width: 1.125rem;
    height: 1.125rem;
    border: 2px solid var(--_border);
    border-top-color: var(--_accent);
    border-radius: 50%;
    animation: turn 0.9s linear infinite;
  }
  .progress {
    display: flex;
    align-items: center;
    gap: 0.625rem;
  }
  .visually-hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @keyframes turn {
    to {
      transform: rotate(1turn);
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .spinner {
      animation: none;
      border-top-color: var(--_border);
      border-inline-start-color: var(--_accent);
    }
  }
`;
