import { useEffect, useRef, useState } from 'react';
import { Box, Button, Skeleton } from '@mui/material';
import type { Item } from '@causeway/client';
import { TimeSlicer } from '@causeway/react';
import { Hint } from '../../layout/content.js';
import { CopyButton } from '../../layout/copy-button.js';
import { itemCount } from '../../texts.js';

/** Loaded on demand: few users look at JSON. */
const loadEditor = () => import('./json-editor.js');
type EditorModule = Awaited<ReturnType<typeof loadEditor>>;
type EditorView = ReturnType<EditorModule['createJsonEditor']>;

/** Items that are written at once: a screen of them appears first. */
const FIRST_PART = 20;
const PART = 200;
/** UTF-16 code units in the field at first. A browser searches and scrolls in them without a pause; more are added on request. */
const MAX_LENGTH = 20_000_000;

interface JsonFieldProps {
  /** One item, or many in their order. */
  items: { readonly rows: readonly Item[] };
  order: readonly number[] | null;
  /** More items arrive: they are shown when all are there. */
  loading?: boolean;
  label: string;
  /** Of the field at first, in CSS. */
  height: string;
}

/** Formatted JSON with colors, folding and search. Its corner resizes it. */
export function JsonField({ items, order: latest, loading = false, label, height }: JsonFieldProps) {
  const [order, setOrder] = useState(latest);
  if (!loading && order !== latest) setOrder(latest);
  const host = useRef<HTMLDivElement>(null);
  const [loaded, setLoaded] = useState<{ editor: EditorView; module: EditorModule } | null>(null);
  const [progress, setProgress] = useState({ written: 0, length: 0 });
  const [maxLength, setMaxLength] = useState(MAX_LENGTH);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;
    let editor: EditorView | undefined;
    const fill = async () => {
      const module = await loadEditor();
      if (signal.aborted || host.current === null) return;
      editor = module.createJsonEditor(host.current, label);
      setLoaded({ editor, module });
      const slicer = new TimeSlicer(signal);
      for (const { text: insert, ...written } of partsOf(items.rows, order, maxLength)) {
        editor.dispatch({ changes: { from: editor.state.doc.length, insert } });
        setProgress(written);
        await slicer.yieldToMain();
      }
    };
    fill().catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    return () => {
      controller.abort();
      editor?.destroy();
    };
  }, [items, order, label, maxLength]);

  const isPart = order !== null && progress.written < order.length;
  const button = (text: string, onClick: () => unknown) => (
    <Button key={text} size="small" disabled={loaded === null} onClick={() => void onClick()}>
      {text}
    </Button>
  );
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 0.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', '& .MuiButton-root': { minWidth: 0 } }}>
        <CopyButton text={() => loaded?.editor.state.doc.toString() ?? ''} size="small" />
        {button('Find', () => loaded?.module.openSearchPanel(loaded.editor))}
        {button('Collapse all', () => loaded?.module.foldAll(loaded.editor))}
        {button('Expand all', () => loaded?.module.unfoldAll(loaded.editor))}
        {isPart && <Hint sx={{ ml: 1, typography: 'caption' }}>{itemCount(progress.written, order.length)}</Hint>}
        {isPart && progress.length >= maxLength && button('Show more', () => setMaxLength(maxLength + MAX_LENGTH))}
      </Box>
      <Box data-testid="json-frame" sx={{ ...FRAME, height }}>
        {loaded === null && <Skeleton height="100%" />}
        <Box ref={host} sx={{ height: '100%', display: loaded === null ? 'none' : 'block' }} />
      </Box>
    </Box>
  );
}

const FRAME = {
  minHeight: 120,
  overflow: 'hidden',
  resize: 'vertical',
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
};

/** The text of one item, or that of an array in parts, between which the page stays responsive. */
function* partsOf(rows: readonly Item[], order: readonly number[] | null, maxLength: number) {
  if (order === null) yield { text: JSON.stringify(rows[0], null, 2), written: 1, length: 0 };
  let [written, length] = [0, 0];
  while (order !== null && written < order.length && length < maxLength) {
    const part = order.slice(written, written + (written === 0 ? FIRST_PART : PART));
    const texts = part.map((index) => JSON.stringify(rows[index], null, 2).replace(/^/gm, '  '));
    const start = written === 0 ? '[\n' : ',\n';
    written += part.length;
    const text = start + texts.join(',\n') + (written === order.length ? '\n]' : '');
    length += text.length;
    yield { text, written, length };
  }
}
