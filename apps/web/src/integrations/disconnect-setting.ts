const STORAGE_KEY = 'causeway:one-at-a-time';

/** Whether an integration's connections are disconnected when the user selects another one; off by default. */
export const disconnectsOnSwitch = (): boolean => localStorage.getItem(STORAGE_KEY) === 'yes';

export const setDisconnectsOnSwitch = (on: boolean): void => localStorage.setItem(STORAGE_KEY, on ? 'yes' : 'no');
