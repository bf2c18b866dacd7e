import { useState } from 'react';
import { Button, Menu, MenuItem, Snackbar } from '@mui/material';
import { texts } from '../texts.js';
import { download, exportItems, type Format } from './export/export-items.js';
import type { LoadedItems } from './load/loaded-items.js';

const FORMATS: Format[] = ['csv', 'json'];

interface ExportMenuProps {
  items: LoadedItems;
  /** What is written: the rows that are shown, in their order. */
  order: readonly number[];
  fileName: string;
}

export function ExportMenu({ items, order, fileName }: ExportMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState('');
  const write = async (format: Format) => {
    setAnchor(null);
    setBusy(true);
    const name = `${fileName}.${format}`;
    try {
      download(await exportItems(items, order, format), name);
      setTold(texts.items.exported(order.length, name));
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button
        size="small"
        color="inherit"
        loading={busy}
        disabled={order.length === 0}
        aria-haspopup="menu"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        {texts.items.export}
      </Button>
      <Menu
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        slotProps={{ list: { 'aria-label': texts.items.export } }}
      >
        {FORMATS.map((format) => (
          <MenuItem key={format} onClick={() => void write(format)}>
            {texts.items.exportAs[format]}
          </MenuItem>
        ))}
      </Menu>
      <Snackbar open={told !== ''} message={told} autoHideDuration={6_000} onClose={() => setTold('')} />
    </>
  );
}
