import { Avatar } from '@mui/material';
import type { Integration } from '@causeway/client';

interface IntegrationAvatarProps {
  integration: Pick<Integration, 'id' | 'name'>;
  size: number;
}

/** The service has no logos: the first letter of the name, on a color that is computed from the id. */
export function IntegrationAvatar({ integration: { id, name }, size }: IntegrationAvatarProps) {
  const hue = [...id].reduce((sum, character) => (sum * 61 + character.charCodeAt(0)) % 360, 7);
  return (
    <Avatar
      variant="rounded"
      aria-hidden
      sx={{
        width: size,
        height: size,
        borderRadius: 1,
        fontWeight: 700,
        fontSize: size * 0.5,
        color: '#fff',
        bgcolor: `hsl(${hue} 45% 36%)`,
      }}
    >
      {name.slice(0, 1)}
    </Avatar>
  );
}
