import type { ReactNode, SyntheticEvent } from 'react';
import { Alert, Box, Button, type ButtonProps, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { problemOf } from '../api/client.js';
import { CopyButton } from '../layout/copy-button.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from './texts.js';

interface FormDialogProps {
  title: string;
  submit: string;
  loading: boolean;
  error: unknown;
  maxWidth?: 'sm' | 'md';
  onSubmit: (now: number) => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

export function FormDialog(props: FormDialogProps) {
  const { title, submit, loading, error, maxWidth = 'sm', onSubmit, onClose, children } = props;
  const onFormSubmit = (event: SyntheticEvent) => {
    event.preventDefault();
    onSubmit(Date.now());
  };
  return (
    <Dialog open fullWidth maxWidth={maxWidth} onClose={onClose} aria-labelledby="form-title">
      <Box component="form" onSubmit={onFormSubmit} noValidate sx={{ display: 'contents' }}>
        <DialogTitle id="form-title">{title}</DialogTitle>
        <DialogContent>
          {/* Room for the label of the first field. */}
          <Box sx={{ height: 0 }} />
          {children}
          {error !== null && <ProblemAlert problem={problemOf(error)} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={loading}>
            {submit}
          </Button>
        </DialogActions>
      </Box>
    </Dialog>
  );
}

interface SecretDialogProps {
  title: string;
  label: string;
  secret: string;
  hint?: string;
  /** What can be done with it at once. */
  example: { label: string; text: string };
  onClose: () => void;
}

/** The secret exists only in this dialog. It has no `onClose` of its own: a click outside would lose the secret. */
export function SecretDialog({ title, label, secret, hint, example, onClose }: SecretDialogProps) {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="secret-title" aria-describedby="secret-detail">
      <DialogTitle id="secret-title">{title}</DialogTitle>
      <DialogContent>
        <Alert severity="warning" id="secret-detail">
          Copy it now. You will not be able to see it again. {hint}
        </Alert>
        <CopyField text={secret} label={label} variant="contained" autoFocus />
        <CopyField {...example} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{texts.done}</Button>
      </DialogActions>
    </Dialog>
  );
}

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
