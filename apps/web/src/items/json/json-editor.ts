import { defaultKeymap } from '@codemirror/commands';
import { json } from '@codemirror/lang-json';
import {
  HighlightStyle,
  codeFolding,
  foldAll,
  foldGutter,
  foldKeymap,
  syntaxHighlighting,
  unfoldAll,
} from '@codemirror/language';
import { highlightSelectionMatches, openSearchPanel, search, searchKeymap } from '@codemirror/search';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const color = (name: string) => `var(--mui-palette-${name})`;

const HIGHLIGHTING = HighlightStyle.define([
  { tag: tags.propertyName, color: color('primary-main') },
  { tag: tags.string, color: color('success-main') },
  { tag: tags.number, color: color('warning-main') },
  { tag: [tags.bool, tags.null], color: color('error-main') },
]);

const THEME = EditorView.theme({
  '&': { height: '100%', color: color('text-primary'), backgroundColor: color('background-paper') },
  '&.cm-focused': { outline: `2px solid ${color('primary-main')}`, outlineOffset: '-2px' },
  '.cm-scroller': { font: '0.8125rem/1.5 ui-monospace, monospace' },
  '.cm-gutters': { color: color('text-secondary'), backgroundColor: color('background-default'), border: 'none' },
  '.cm-panels': { color: color('text-primary'), backgroundColor: color('background-default') },
  '.cm-foldPlaceholder': { color: color('text-secondary'), backgroundColor: 'transparent', padding: '0 6px' },
  '.cm-textfield, .cm-button': {
    color: 'inherit',
    background: color('background-paper'),
    border: `1px solid ${color('divider')}`,
    borderRadius: '6px',
  },
});

/** Of the editor's own texts, those that are put in other words. */
const PHRASES = {
  next: 'Next',
  previous: 'Previous',
  all: 'All',
  'match case': 'Match case',
  regexp: 'Regular expression',
  'by word': 'Whole words',
  close: 'Close',
  'folded code': 'Collapsed',
  'Fold line': 'Collapse',
  'Unfold line': 'Expand',
};

/**
 * A field with JSON that nobody can change. In a shadow root its styles are a constructed style sheet, which the page's content security
 * policy does not forbid.
 */
export function createJsonEditor(host: HTMLElement, label: string): EditorView {
  const root = host.shadowRoot ?? host.attachShadow({ mode: 'open' });
  return new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      extensions: [
        json(),
        lineNumbers(),
        codeFolding(),
        foldGutter(),
        search({ top: true }),
        highlightSelectionMatches(),
        syntaxHighlighting(HIGHLIGHTING),
        keymap.of([...defaultKeymap, ...searchKeymap, ...foldKeymap]),
        EditorState.readOnly.of(true),
        EditorView.editable.of(false),
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': label, 'aria-readonly': 'true' }),
        EditorState.phrases.of(PHRASES),
        THEME,
      ],
    }),
  });
}

export { foldAll, openSearchPanel, unfoldAll };
