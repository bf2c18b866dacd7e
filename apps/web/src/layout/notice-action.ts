/** On a phone what can be done about a notice stands below its words: beside them it would leave them no room. */
export const noticeAction = {
  flexWrap: { xs: 'wrap', sm: 'nowrap' },
  '& .MuiAlert-message': { flex: { xs: '1 1 70%', sm: '0 1 auto' } },
  '& .MuiAlert-action': { ml: { xs: 'auto', sm: 'auto' }, pt: { xs: 0, sm: 0.5 }, whiteSpace: 'nowrap' },
};
