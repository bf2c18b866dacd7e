import type { ReactNode, SyntheticEvent } from 'react';
import {
  Alert,
  Box,
  Button,
  type ButtonProps,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  Skeleton,
} from '@mui/material';
import { problemOf } from '../api/client.js';
import { CopyButton } from '../layout/copy-button.js';
import { ProblemAlert } from '../layout/problem-alert.js';
import { texts } from './texts.js';

interface FormDialogProps {
  title: string;
  submit: string;
  sending: { isPending: boolean; error: unknown };
  maxWidth?: 'sm' | 'md';
  onSubmit: (event: SyntheticEvent) => void;
  onClose: () => void;
  /** The fields. */
  children: ReactNode;
}

export const FormDialog = ({ title, submit, sending, maxWidth, onSubmit, onClose, children }: FormDialogProps) => (
  <Dialog open fullWidth maxWidth={maxWidth ?? 'sm'} onClose={onClose}>
    <Box component="form" onSubmit={onSubmit} noValidate sx={{ display: 'contents' }}>
      <DialogTitle>{title}</DialogTitle>
      <DialogContent>
        {/* Room for the label of the first field. */}
        <Box sx={{ height: 0 }} />
        {children}
        <RequestState of={[sending]} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" loading={sending.isPending}>
          {submit}
        </Button>
      </DialogActions>
    </Box>
  </Dialog>
);

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
    <Dialog open fullWidth maxWidth="sm" aria-describedby="secret-detail">
      <DialogTitle>{title}</DialogTitle>
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
  /** Names the text for screen readers. */
  label: string;
}

/** A text that is too long to be typed, and a button that copies it. */
export const CopyField = ({ text, label, variant = 'outlined', autoFocus }: CopyFieldProps) => (
  <Box sx={{ display: 'flex', flexWrap: { xs: 'wrap', sm: 'nowrap' }, gap: 1, alignItems: 'center' }}>
    <Box component="code" role="textbox" aria-readonly aria-label={label} tabIndex={0} sx={TEXT}>
      {text}
    </Box>
    <CopyButton text={text} label={`Copy ${label}`} size="small" variant={variant} autoFocus={autoFocus} />
  </Box>
);

const TEXT = {
  flex: { xs: '1 1 100%', sm: 1 },
  minWidth: 0,
  overflow: 'auto',
  maxHeight: 320,
  overflowWrap: 'anywhere',
  whiteSpace: 'pre-wrap',
  userSelect: 'all',
};

interface RequestStateProps {
  of: readonly { error: unknown; isPending: boolean; refetch?: () => unknown }[];
  /** Of what is shown as soon as all of them have responded. */
  height?: number;
}

/** Why a request has failed, and the room for what is still loaded. Queries can be tried again. */
export function RequestState({ of, height = 0 }: RequestStateProps) {
  const failed = of.find(({ error }) => error !== null);
  return (
    <>
      {failed && <ProblemAlert problem={problemOf(failed.error)} onRetry={failed.refetch} />}
      {height > 0 && of.some(({ isPending }) => isPending) && <Skeleton height={height} aria-label={texts.loading} />}
    </>
  );
}
