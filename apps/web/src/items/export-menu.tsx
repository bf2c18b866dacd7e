import { useState } from 'react';
import { MenuItem, Snackbar } from '@mui/material';
import { download } from '../layout/download.js';
import { MenuButton } from '../layout/menu-button.js';
import { texts } from '../texts.js';
import { exportItems, type Format } from './export/export-items.js';
import type { LoadedItems } from './load/loaded-items.js';

const FORMATS: Format[] = ['csv', 'json'];

interface ExportMenuProps {
  items: LoadedItems;
  /** The rows to export. */
  order: readonly number[];
  fileName: string;
}

export function ExportMenu({ items, order, fileName }: ExportMenuProps) {
  const [exporting, setExporting] = useState(false);
  const [message, setMessage] = useState('');
  const exportAs = async (format: Format) => {
    setExporting(true);
    const name = `${fileName}.${format}`;
    try {
      download(await exportItems(items, order, format), name);
      setMessage(texts.items.exported(order.length, name));
    } finally {
      setExporting(false);
    }
  };
  return (
    <>
      <MenuButton label={texts.items.export} loading={exporting} disabled={order.length === 0}>
        {(close) =>
          FORMATS.map((format) => (
            <MenuItem
              key={format}
              onClick={() => {
                close();
                void exportAs(format);
              }}
            >
              {texts.items.exportAs[format]}
            </MenuItem>
          ))
        }
      </MenuButton>
      <Snackbar open={message !== ''} message={message} autoHideDuration={6_000} onClose={() => setMessage('')} />
    </>
  );
}
