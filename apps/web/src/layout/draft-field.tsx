import { useEffect, useState } from 'react';
import { TextField, type TextFieldProps } from '@mui/material';

interface DraftFieldProps extends Pick<TextFieldProps, 'type' | 'label' | 'sx'> {
  value: string;
  pauseMs: number;
  /** Called when typing pauses, on Enter, and when the field loses the focus. */
  onCommit: (text: string) => void;
  errorOf?: (draft: string) => string | undefined;
}

/** A field whose text takes effect only after it was typed. */
export function DraftField({ value, pauseMs, onCommit, errorOf, ...field }: DraftFieldProps) {
  const [draft, setDraft] = useState(value);
  // A value from outside, as after the Back button, replaces the draft.
  const [lastValue, setLastValue] = useState(value);
  if (value !== lastValue) {
    setLastValue(value);
    setDraft(value);
  }
  const commit = () => draft !== value && onCommit(draft);
  useEffect(() => {
    const timer = window.setTimeout(commit, pauseMs);
    return () => window.clearTimeout(timer);
  });
  const error = errorOf?.(draft);
  return (
    <TextField
      {...field}
      size="small"
      value={draft}
      onChange={({ target }) => setDraft(target.value)}
      onBlur={commit}
      onKeyDown={({ key }) => key === 'Enter' && commit()}
      error={error !== undefined}
      helperText={error}
      slotProps={{ htmlInput: { ...PLAIN_TEXT, maxLength: 200 } }}
    />
  );
}

/** For ids and search texts, which no browser should correct. */
export const PLAIN_TEXT = { spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' };
