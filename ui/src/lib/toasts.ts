// Short notices at the edge of the window.
import { toast } from 'svelte-sonner';
import type { Failure } from '../bindings';
import { failureWords } from './errors';
import { m } from './paraglide/messages';

/** Something was done, with the way back where there is one. */
export function showDone(text: string, undo?: () => void): void {
  toast(text, undo ? { action: { label: m.undo(), onClick: undo }, duration: 8000 } : {});
}

/** Something did not work: what happened and what to do. */
export function showFailure(failure: Failure): void {
  if (failure.code === 'cancelled') {
    toast(m.err_cancelled());
    return;
  }
  const words = failureWords(failure);
  toast.error(words.what, { description: words.todo, duration: 12000 });
}
