import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { CopyField } from '../copy-field.js';
import { texts } from '../texts.js';

const labels = texts.webhooks;

const receiver = (secret: string) => `import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

const webhook = new Webhook('${secret}');
createServer(async (request, response) => {
  try {
    const event = webhook.verify(await text(request), request.headers);
    console.log(event.type, event.data);
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(4000);`;

interface SecretDialogProps {
  title: string;
  secret: string;
  hint?: string;
  onClose: () => void;
}

/** It has no `onClose` of its own: a click outside would lose the secret. */
export function SecretDialog({ title, secret, hint, onClose }: SecretDialogProps) {
  return (
    <Dialog open fullWidth maxWidth="sm" aria-labelledby="secret-title" aria-describedby="secret-detail">
      <DialogTitle id="secret-title">{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Alert severity="warning" id="secret-detail">
          {labels.shownOnce} {hint}
        </Alert>
        <CopyField text={secret} label={labels.secret} variant="contained" autoFocus />
        <CopyField text={receiver(secret)} label={labels.receiver} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>{texts.done}</Button>
      </DialogActions>
    </Dialog>
  );
}
