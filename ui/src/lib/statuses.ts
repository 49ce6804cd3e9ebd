// Order statuses: words and the colour that means something.
import type { Status } from '../bindings';
import { m } from './paraglide/messages';

export const STATUSES: Status[] = ['unpaid', 'paid', 'shipped', 'completed', 'closed', 'unknown'];

const WORDS: Record<Status, () => string> = {
  unpaid: m.status_unpaid,
  paid: m.status_paid,
  shipped: m.status_shipped,
  completed: m.status_completed,
  closed: m.status_closed,
  unknown: m.status_unknown,
};

export function statusWords(status: Status): string {
  return WORDS[status]();
}

/** paid: it is due to be sent; completed: kept. */
export function statusColour(status: Status): string {
  return status === 'paid' ? 'd' : status === 'completed' ? 'g' : '';
}
