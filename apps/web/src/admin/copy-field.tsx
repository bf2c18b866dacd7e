import { Box, type ButtonProps } from '@mui/material';
import { CopyButton } from '../layout/copy-button.js';

interface CopyFieldProps extends Pick<ButtonProps, 'variant' | 'autoFocus'> {
  text: string;
  /** For a text that nobody reads: its beginning is shown. */
  isShort?: boolean;
  /** Names the text for screen readers. */
  label: string;
}

/** A text that is too long to be typed, and a button that copies it. */
export function CopyField({ text, label, isShort = false, variant = 'outlined', autoFocus }: CopyFieldProps) {
  return (
    <Box sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 1, minWidth: 0, alignItems: 'center' }}>
      <Box component="code" role="textbox" aria-readonly aria-label={label} tabIndex={0} sx={isShort ? SHORT : TEXT}>
        {text}
      </Box>
      <CopyButton text={text} label={`Copy ${label}`} size="small" variant={variant} autoFocus={autoFocus} />
    </Box>
  );
}

const SHORT = { flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' };

const TEXT = {
  flex: { xs: '1 1 100%', sm: 1 },
  minWidth: 0,
  overflow: 'auto',
  maxHeight: 320,
  overflowWrap: 'anywhere',
  whiteSpace: 'pre-wrap',
  userSelect: 'all',
};
