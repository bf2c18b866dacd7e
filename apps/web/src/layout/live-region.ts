/** A live region has to be there before its news, or screen readers miss it; while it is empty it takes no row of the layout. */
export const emptyRegion = { '&:empty': { position: 'absolute' } };
