import { useEffect, useState } from 'react';
import { TextField } from '@mui/material';
import { texts } from '../texts.js';
import { isName } from './who.js';

const PAUSE_MS = 400;

interface NameFieldProps {
  label: string;
  name: string;
  onName: (name: string) => void;
}

/** Takes a name over when typing pauses, on Enter, and when the field is left: never a half one, never one the service would refuse. */
export function NameField({ label, name, onName }: NameFieldProps) {
  const [draft, setDraft] = useState(name);
  // Another name from outside (the back button) takes the place of the draft.
  const [known, setKnown] = useState(name);
  if (name !== known) {
    setKnown(name);
    setDraft(name);
  }
  const text = draft.trim();
  // Nothing at all is only wrong where there was something before.
  const wrong = !isName(text) && `${text}${name}` !== '';
  const takeOver = () => {
    if (isName(text) && text !== name) onName(text);
  };
  useEffect(() => {
    const timer = window.setTimeout(takeOver, PAUSE_MS);
    return () => window.clearTimeout(timer);
  });
  return (
    <TextField
      size="small"
      label={label}
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={takeOver}
      onKeyDown={(event) => event.key === 'Enter' && takeOver()}
      error={wrong}
      helperText={wrong ? texts.who.rule : undefined}
      slotProps={{ htmlInput: { maxLength: 200, spellCheck: false, autoCapitalize: 'none', autoComplete: 'off' } }}
    />
  );
}
