// Why something stays when its import is taken back.
import type { KeptBecause } from '../../bindings';
import { m } from '../../lib/paraglide/messages';

const WORDS: Record<KeptBecause, () => string> = {
  edited_by_hand: m.kept_edited,
  later_import: m.kept_later,
  has_orders: m.kept_orders,
  has_history: m.kept_history,
};

export const keptWords = (because: KeptBecause): string => WORDS[because]();
