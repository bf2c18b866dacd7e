import { ConfirmDialog, type ConfirmDialogProps } from '../layout/confirm-dialog.js';

/** @param name of the integration */
export const DisconnectDialog = ({
  name,
  account,
  ...dialog
}: Omit<ConfirmDialogProps, 'title' | 'detail' | 'confirm'> & { name: string; account: string }) => (
  <ConfirmDialog
    {...dialog}
    title={`Disconnect ${account}?`}
    detail={`The credentials are deleted here, and ${name} is asked to revoke the access. The items in ${name} are not changed.`}
    confirm="Disconnect"
  />
);
