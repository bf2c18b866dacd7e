import { ConfirmDialog } from '../layout/confirm-dialog.js';
import { texts } from '../texts.js';

interface DisconnectDialogProps {
  open: boolean;
  /** Of the integration. */
  name: string;
  account: string;
  loading: boolean;
  onConfirm: () => void;
  onCancel: () => void;
  onClosed?: () => void;
}

export function DisconnectDialog({ name, account, ...dialog }: DisconnectDialogProps) {
  const { title, detail, cancel, confirm } = texts.disconnect;
  return <ConfirmDialog {...dialog} title={title(account)} detail={detail(name)} cancel={cancel} confirm={confirm} />;
}
