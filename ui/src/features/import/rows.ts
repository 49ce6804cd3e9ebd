// The name of a row as a spreadsheet counts it.
import { count } from '../../lib/format';

// As many rows as a sheet of a workbook can have; rows of a further sheet are numbered from a multiple of it on.
const ROWS_OF_A_SHEET = 1 << 20;

/** `12`, or `二月 12` for a row of a further sheet. */
export function rowName(row: number, furtherSheets: string[]): string {
  const before = Math.floor((row - 1) / ROWS_OF_A_SHEET);
  const inSheet = count(row - before * ROWS_OF_A_SHEET);
  return before > 0 ? `${furtherSheets[before - 1] ?? ''} ${inSheet}` : inSheet;
}
