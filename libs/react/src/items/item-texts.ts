/** What the columns and values of items are called. */
export interface ItemTexts {
  name: string;
  type: string;
  location: string;
  modified: string;
  created: string;
  id: string;
  untitled: string;
  yes: string;
  no: string;
  none: string;
}

export const ITEM_TEXTS: ItemTexts = {
  name: 'Name',
  type: 'Type',
  location: 'Location',
  modified: 'Modified',
  created: 'Created',
  id: 'ID',
  untitled: 'Untitled',
  yes: 'Yes',
  no: 'No',
  none: '–',
};
