import { SvgIcon, type SvgIconProps } from '@mui/material';

/** Outlines of 24 × 24: a whole icon package would be larger than the few that the app needs. */
function outline(path: string) {
  return function Icon(props: SvgIconProps) {
    return (
      <SvgIcon {...props}>
        <path d={path} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
      </SvgIcon>
    );
  };
}

export const OpenIcon = outline('M14 4h6v6M20 4l-9 9M18 14v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V7a1 1 0 0 1 1-1h5');
export const FolderIcon = outline('M3 7a1 1 0 0 1 1-1h5l2 2.5h9a1 1 0 0 1 1 1V18a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z');
export const TableIcon = outline('M4 5h16v14H4zM4 10h16M10 10v9');
export const PersonIcon = outline('M12 4a4 4 0 1 1 0 8 4 4 0 0 1 0-8zM4.5 20a7.5 7.5 0 0 1 15 0');
export const CircleIcon = outline('M12 5a7 7 0 1 0 0 14a7 7 0 1 0 0-14z');
export const SearchIcon = outline('M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5L20 20');
export const CheckIcon = outline('M5 12.5l4.5 4.5L19 7.5');
export const CloseIcon = outline('M6 6l12 12M18 6L6 18');
