import { useState, type ChangeEvent } from 'react';
import { Box, MenuItem, TextField, type TextFieldProps } from '@mui/material';
import { useSearch } from 'wouter';
import { DraftField, PLAIN_TEXT } from '../layout/draft-field.js';
import { setSearchParams } from '../routing/search-params.js';
import { texts } from './texts.js';

const PAUSE_MS = 300;
const ALL = 'all';

/** Those of the search parameters that filter; the other ones of the address are left out. */
export function useFilter<Name extends string>(names: readonly Name[]): Partial<Record<Name, string>> {
  const params = new URLSearchParams(useSearch());
  const given = names.map((name) => [name, params.get(name)]).filter(([, value]) => value);
  return Object.fromEntries(given) as Partial<Record<Name, string>>;
}

type Options = readonly (readonly [id: string, name: string])[];

export interface Filter {
  /** Of the search parameter. */
  name: string;
  label: string;
  /** Without them, it is a text. */
  options?: Options;
}

/** Of an odd number in two columns, the first one has a row of its own. */
const BAR = {
  display: 'grid',
  gap: 1.5,
  '& > :first-of-type:nth-last-of-type(odd)': { gridColumn: { xs: '1 / -1', sm: 'auto' } },
};

interface FilterBarProps {
  filters: readonly Filter[];
  values: Partial<Record<string, string>>;
  gridTemplateColumns: Record<string, string>;
}

export const FilterBar = ({ filters, values, gridTemplateColumns }: FilterBarProps) => (
  <Box role="search" sx={{ ...BAR, gridTemplateColumns }}>
    {filters.map((filter) => (
      <FilterField key={filter.name} {...filter} value={values[filter.name]} />
    ))}
  </Box>
);

/** Changes the search parameter `name`. */
function FilterField({ name, label, options, value = '' }: Filter & { value: string | undefined }) {
  const set = (text: string, replace: boolean) => setSearchParams({ [name]: text || null, page: null }, { replace });
  if (options === undefined)
    return (
      <DraftField
        type="search"
        label={label}
        value={value}
        pauseMs={PAUSE_MS}
        onCommit={(text) => set(text.trim(), true)}
      />
    );
  // The address can have a value that is none of them.
  const isKnown = value === '' || options.some(([id]) => id === value);
  return (
    <SelectField
      size="small"
      label={label}
      value={value || ALL}
      options={[[ALL, texts.all], ...options, ...(isKnown ? [] : [[value, value] as const])]}
      onChange={({ target }) => set(target.value === ALL ? '' : target.value, false)}
    />
  );
}

export const SelectField = ({ options, ...field }: TextFieldProps & { options: Options }) => (
  <TextField {...field} select>
    {options.map(([id, name]) => (
      <MenuItem key={id} value={id}>
        {name}
      </MenuItem>
    ))}
  </TextField>
);

/** The values of a form, and the properties of the field of each one. */
export function useForm<Values extends Record<string, unknown>>(initial: Values, onChange: () => void) {
  const [values, setValues] = useState(initial);
  const set = (changes: Partial<Values>) => {
    setValues({ ...values, ...changes });
    onChange();
  };
  const field = (name: keyof Values & string) => ({
    value: values[name],
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      set({ [name]: target.value } as unknown as Partial<Values>),
    slotProps: { htmlInput: PLAIN_TEXT },
  });
  return { values, set, field };
}

/** What is separated by spaces or commas, each once. */
export const idsIn = (text: string): string[] => [...new Set(text.split(/[\s,;]+/).filter(Boolean))];
