// The columns the list can show.
import { m } from '../../lib/paraglide/messages';

export type ListColumn = 'accounts' | 'phone' | 'orders' | 'paid' | 'last' | 'region' | 'tags';

export const LIST_COLUMNS: { id: ListColumn; label: () => string; width: string }[] = [
  { id: 'accounts', label: m.col_accounts, width: 'minmax(56px, 1.1fr)' },
  { id: 'phone', label: m.col_phone, width: '112px' },
  { id: 'orders', label: m.col_orders, width: '58px' },
  { id: 'paid', label: m.col_paid, width: '84px' },
  { id: 'last', label: m.col_last, width: '66px' },
  { id: 'region', label: m.col_region, width: 'minmax(52px, 0.7fr)' },
  { id: 'tags', label: m.col_tags, width: 'minmax(36px, 0.8fr)' },
];

export const USUAL_COLUMNS: ListColumn[] = ['accounts', 'orders', 'paid', 'last', 'region', 'tags'];

/** The chosen columns in their order; the usual ones where nothing was chosen. */
export function chosenColumns(stored: readonly string[]): typeof LIST_COLUMNS {
  const wanted = stored.length > 0 ? stored : USUAL_COLUMNS;
  return LIST_COLUMNS.filter((c) => wanted.includes(c.id));
}
