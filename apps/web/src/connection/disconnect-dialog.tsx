import { ConfirmDialog, type ConfirmDialogProps } from '../layout/confirm-dialog.js';

interface DisconnectDialogProps extends Omit<ConfirmDialogProps, 'title' | 'detail' | 'confirm'> {
  /** Of the integration. */
  name: string;
  account: string;
}

export const DisconnectDialog = ({ name, account, ...dialog }: DisconnectDialogProps) => (
  <ConfirmDialog
    {...dialog}
    title={`Disconnect ${account}?`}
    detail={`The credentials are deleted here, and ${name} is asked to revoke the access. The items in ${name} are not changed.`}
    confirm="Disconnect"
  />
);
