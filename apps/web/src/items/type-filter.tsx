import { Box, ToggleButton, ToggleButtonGroup, Typography } from '@mui/material';
import { texts } from '../texts.js';

interface TypeFilterProps {
  types: string[];
  chosen: string[];
  onChoose: (types: string[]) => void;
}

export function TypeFilter({ types, chosen, onChoose }: TypeFilterProps) {
  return (
    <Box>
      <Typography id="types-label" variant="body2" sx={{ color: 'text.secondary', mb: 0.75 }}>
        {texts.items.types}. {texts.items.typesHint}
      </Typography>
      <ToggleButtonGroup
        size="small"
        color="primary"
        aria-labelledby="types-label"
        value={chosen}
        onChange={(_event, next: string[]) => onChoose(next)}
        sx={{ flexWrap: 'wrap' }}
      >
        {types.map((type) => (
          <ToggleButton key={type} value={type} sx={{ textTransform: 'none', px: 1.5 }}>
            {type}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
    </Box>
  );
}
