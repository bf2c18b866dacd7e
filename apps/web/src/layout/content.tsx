import type { ReactNode, Ref } from 'react';
import { Box, Paper, Typography, type BoxProps, type TypographyProps } from '@mui/material';
import { formatDateTime } from '@causeway/react';

export const Hint = (props: TypographyProps) => <Typography variant="body2" color="textSecondary" {...props} />;

/** Screen readers announce only changes of an element that already exists. While it is empty, it takes no room in the layout. */
export const LiveRegion = (props: BoxProps) => (
  <Box role="status" sx={{ display: 'grid', gap: 1.5, '&:empty': { position: 'absolute' } }} {...props} />
);

interface EmptyStateProps {
  icon: ReactNode;
  /** Why it is empty, and what to do. */
  text: string;
  children?: ReactNode;
}

export function EmptyState({ icon, text, children }: EmptyStateProps) {
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        alignContent: 'center',
        gap: 1,
        minHeight: 240,
        color: 'text.secondary',
        textAlign: 'center',
        '& > svg': { fontSize: 40, opacity: 0.6 },
      }}
    >
      {icon}
      <Typography variant="body2">{text}</Typography>
      {children}
    </Box>
  );
}

/** In the user's language and time zone. */
export function DateTime({ time, missing = '–' }: { time: string | null; missing?: string }) {
  return time === null ? missing : <time dateTime={time}>{formatDateTime(time)}</time>;
}

interface DescriptionListProps {
  /** Each term once. */
  entries: [term: string, description: ReactNode][];
  /** One below the other, for long descriptions. */
  stacked?: boolean;
}

const COLUMNS = 'repeat(auto-fill, minmax(min(100%, 220px), 1fr))';

export function DescriptionList({ entries, stacked = false }: DescriptionListProps) {
  return (
    <Box component="dl" sx={{ display: 'grid', gap: 2, gridTemplateColumns: stacked ? '1fr' : COLUMNS }}>
      {entries.map(([term, description]) => (
        <Box key={term} sx={{ minWidth: 0 }}>
          <Box component="dt" sx={{ typography: 'caption', color: 'text.secondary' }}>
            {term}
          </Box>
          <Box component="dd" sx={{ typography: 'body2', overflowWrap: 'anywhere' }}>
            {typeof description === 'string' ? <Breakable text={description} /> : description}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

/** A word that is too long for a column. */
const LONG_WORD = /\S{16}/;

/** Where it has no room, a long address breaks after an `@` or a dot, instead of anywhere. */
export function Breakable({ text }: { text: string }) {
  const parts = LONG_WORD.test(text) ? text.split(/(?<=[@./_])(?=\S)/) : [text];
  return <span dir="auto">{parts.flatMap((part, at) => (at === 0 ? part : [<wbr key={at} />, part]))}</span>;
}

interface PanelProps {
  /** Of the title. */
  id: string;
  title: string;
  level?: 'h2' | 'h3';
  icon?: ReactNode;
  /** At the right of the title. */
  action?: ReactNode;
  /** To focus the title when the focused element is removed. */
  titleRef?: Ref<HTMLHeadingElement>;
  children: ReactNode;
}

export function Panel({ id, title, level = 'h2', icon, action, titleRef, children }: PanelProps) {
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{
        p: { xs: 2, sm: 3 },
        display: 'grid',
        gridTemplateColumns: 'minmax(0, 1fr)',
        gap: 2,
        minWidth: 0,
        alignContent: 'start',
      }}
    >
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center' }}>
        {icon}
        <Typography variant={level} id={id} ref={titleRef} tabIndex={-1} sx={{ flex: 1, outline: 'none' }}>
          {title}
        </Typography>
        {action}
      </Box>
      {children}
    </Paper>
  );
}
