import { useMemo } from 'react';
import { MenuItem, TextField } from '@mui/material';
import { useSearch } from 'wouter';
import { DraftField } from '../layout/draft-field.js';
import { setSearchParams } from '../routing/search-params.js';
import { texts } from './texts.js';

const PAUSE_MS = 300;
const ALL = 'all';

/** Those of the search parameters that filter; the other ones of the address are left out. */
export function useFilter<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  const search = useSearch();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    const given = names.flatMap((name) => (params.get(name) ? [[name, params.get(name)]] : []));
    return Object.fromEntries(given) as Partial<Record<Name, string>>;
  }, [search, names]);
}

interface FieldProps {
  /** Of the search parameter. */
  name: string;
  label: string;
  value: string | null | undefined;
}

export function FilterText({ name, label, value }: FieldProps) {
  return (
    <DraftField
      type="search"
      label={label}
      value={value ?? ''}
      pauseMs={PAUSE_MS}
      onCommit={(text) => setSearchParams({ [name]: text.trim(), page: null }, { replace: true })}
    />
  );
}

export function FilterSelect({
  name,
  label,
  value,
  options,
}: FieldProps & { options: readonly (readonly [string, string])[] }) {
  const isKnown = value == null || options.some(([id]) => id === value);
  // The address can have a value that is none of them.
  const all = isKnown ? options : [...options, [value, value] as const];
  return (
    <TextField
      select
      size="small"
      label={label}
      value={value ?? ALL}
      onChange={({ target }) => setSearchParams({ [name]: target.value === ALL ? null : target.value, page: null })}
    >
      <MenuItem value={ALL}>{texts.all}</MenuItem>
      {all.map(([id, text]) => (
        <MenuItem key={id} value={id}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
}
