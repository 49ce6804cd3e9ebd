// A contact that is held back is made anyway only with a reason, which the seller is asked for.
import { CallFailed } from '../../lib/calls';

/** What the dialog asks about; null: nothing. */
class Anyway {
  asked = $state.raw<{ hold: string; answer: (reason: string | null) => void } | null>(null);
}
export const anyway = new Anyway();

/** Does the work; where that is held back, asks why it is done anyway and does it with the reason. */
export async function unlessHeld<T>(
  work: (reason: string | null) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work(null);
  } catch (thrown) {
    if (!(thrown instanceof CallFailed) || thrown.failure.code !== 'held_back') throw thrown;
    const hold = String(thrown.failure.details.reason ?? '');
    const reason = await new Promise<string | null>((answer) => (anyway.asked = { hold, answer }));
    return reason === null ? undefined : work(reason);
  }
}
