// Short notices at the edge of the window.
import { toast } from 'svelte-sonner';
import type { Failure } from '../bindings';
import { failureWords } from './errors';
import { m } from './paraglide/messages';

/** Takes notices away that somebody has had the time to read, or that something else comes in front of. */
export function hideNotices(): void {
  toast.dismiss();
}

/** Something was done, with the way back where there is one. */
export function showDone(text: string, undo?: () => void): void {
  toast(text, undo ? { action: { label: m.undo(), onClick: undo }, duration: 8000 } : {});
}

/** A list that was written, and for longer what did not fit into its cells. */
export function showWritten(text: string, cut: string): void {
  if (cut) toast.warning(text, { description: cut, duration: 20_000 });
  else toast(text);
}

/** A file that is kept and not opened, and why. */
export function showNotOpened(text: string): void {
  toast.warning(text, { duration: 12_000 });
}

/** Something did not work: what happened and what to do. */
export function showFailure(failure: Failure): void {
  if (failure.code === 'cancelled') {
    toast(m.err_cancelled());
    return;
  }
  const words = failureWords(failure);
  // A dialog has its buttons at the bottom.
  const position = document.querySelector('.dialog') ? 'top-center' : 'bottom-center';
  toast.error(words.what, { description: words.todo, duration: 12000, position });
}

/** A copy or a restore: how many files went along, and for longer what is not as it was. */
export function showCopied(
  what: string,
  copied: { files: number; damaged: number; missing: number },
): void {
  const said = copied.files > 0 ? `${what} ${m.copy_files({ count: copied.files })}` : what;
  const wrong = [
    copied.damaged > 0 ? m.copy_damaged({ count: copied.damaged }) : '',
    copied.missing > 0 ? m.copy_missing({ count: copied.missing }) : '',
  ].filter(Boolean);
  if (wrong.length === 0) toast(said);
  else toast.warning(said, { description: wrong.join(' '), duration: 20_000 });
}
