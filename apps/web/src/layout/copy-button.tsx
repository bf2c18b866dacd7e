import { useEffect, useState } from 'react';
import { Button, type ButtonProps } from '@mui/material';
import { texts } from '../texts.js';

const RESULT_MS = 2_500;

interface CopyButtonProps extends Pick<ButtonProps, 'variant' | 'size' | 'color' | 'autoFocus'> {
  /** Or how to get it when it is copied. */
  text: string | (() => string);
  /** For screen readers: what is copied. */
  label?: string;
}

export function CopyButton({ text, label, ...button }: CopyButtonProps) {
  const [result, setResult] = useState<'copied' | 'copyFailed' | null>(null);
  useEffect(() => {
    if (result !== 'copied') return;
    const timer = window.setTimeout(() => setResult(null), RESULT_MS);
    return () => window.clearTimeout(timer);
  }, [result]);
  const copy = async () => {
    try {
      // There is no clipboard on plain HTTP, except on loopback.
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setResult('copied');
    } catch {
      setResult('copyFailed');
    }
  };
  return (
    <Button
      {...button}
      onClick={() => void copy()}
      aria-label={result === null ? label : undefined}
      sx={{ minWidth: 88, flexShrink: 0 }}
    >
      <span aria-live="polite">{texts.clipboard[result ?? 'copy']}</span>
    </Button>
  );
}
