/** What screen readers and tooltips say of a grid. */
export interface ItemsGridTexts {
  help: string;
  actions: string;
  details: string;
  archived: string;
  open: string;
  /** `{name}` is the item, `{count}` the number of items in it. */
  detailsOf: string;
  openItem: string;
  showChildren: string;
  showOnlyChild: string;
}

export const ITEMS_GRID_TEXTS: ItemsGridTexts = {
  help: 'Arrow keys move between cells. Enter opens an item, or sorts by a heading. Space shows the details of an item. Control and Enter shows the items in it. On a heading, Shift with the left or right arrow changes the width of the column, and Control, Shift and an arrow moves it.',
  actions: 'Actions',
  details: 'Details',
  archived: 'Archived',
  open: 'Open at the provider',
  detailsOf: 'Details of {name}',
  openItem: 'Open {name} at the provider',
  showChildren: 'Show the {count} items in {name}',
  showOnlyChild: 'Show the 1 item in {name}',
};
