// Why it is asked whether two are one.
import type { Reason } from '../bindings';
import { m } from './paraglide/messages';

const WORDS: Record<Reason, () => string> = {
  same_phone_other_name: m.same_phone,
  same_email: m.same_email,
  same_phone_and_name: m.same_phone_and_name,
};

export function matchReason(reason: Reason): string {
  return WORDS[reason]();
}
