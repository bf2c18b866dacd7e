import { ButtonBase, type ButtonBaseProps } from '@mui/material';

interface SelectableCardProps extends Pick<ButtonBaseProps, 'onClick' | 'children'> {
  selected: boolean;
  sx: object;
}

export function SelectableCard({ selected, sx, ...button }: SelectableCardProps) {
  return <ButtonBase aria-pressed={selected} sx={{ ...CARD, ...sx }} {...button} />;
}

const CARD = {
  width: '100%',
  gap: 1.5,
  textAlign: 'left',
  borderRadius: 1,
  outline: '1px solid',
  outlineColor: 'divider',
  // Inside, so that the edges of cards and panels are aligned.
  outlineOffset: '-1px',
  transition: 'outline-color 120ms',
  '&:hover': { outlineColor: 'text.secondary' },
  '&[aria-pressed="true"]': { outline: '2px solid', outlineColor: 'primary.main', outlineOffset: '-2px' },
  '&.Mui-focusVisible': { outline: '3px solid', outlineColor: 'primary.main', outlineOffset: 2 },
};
