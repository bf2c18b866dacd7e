import { Box } from '@mui/material';
import type { Integration } from '@causeway/client';

/** The service gives no pictures: a letter on a colour that the id stands for, the same one every time. */
export function IntegrationMark({ integration: { id, name }, size = 40 }: { integration: Integration; size?: number }) {
  const hue = [...id].reduce((sum, character) => (sum * 61 + character.charCodeAt(0)) % 360, 7);
  return (
    <Box
      aria-hidden
      sx={{
        width: size,
        height: size,
        flex: 'none',
        borderRadius: 1,
        display: 'grid',
        placeItems: 'center',
        fontWeight: 700,
        fontSize: size * 0.5,
        color: '#fff',
        bgcolor: `hsl(${hue} 45% 36%)`,
      }}
    >
      {name.slice(0, 1)}
    </Box>
  );
}
