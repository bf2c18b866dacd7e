import { Box, ToggleButton, Typography } from '@mui/material';
import { texts } from '../texts.js';

interface TypeFilterProps {
  types: string[];
  chosen: string[];
  onChoose: (types: string[]) => void;
}

export function TypeFilter({ types, chosen, onChoose }: TypeFilterProps) {
  const toggle = (type: string) =>
    onChoose(types.filter((other) => (other === type ? !chosen.includes(type) : chosen.includes(other))));
  return (
    <Box>
      <Typography id="types-label" variant="body2" sx={{ color: 'text.secondary', mb: 0.75 }}>
        {texts.items.types}. {texts.items.typesHint}
      </Typography>
      <Box role="group" aria-labelledby="types-label" sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        {types.map((type) => (
          <ToggleButton
            key={type}
            size="small"
            color="primary"
            value={type}
            selected={chosen.includes(type)}
            onChange={() => toggle(type)}
            sx={{ textTransform: 'none', px: 1.5, py: 0.5 }}
          >
            {type}
          </ToggleButton>
        ))}
      </Box>
    </Box>
  );
}
