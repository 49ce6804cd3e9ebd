// A backup goes into the place of the shop.
import { commands, type BackupFile } from '../../bindings';
import { got } from '../../lib/calls';
import { dateTime } from '../../lib/format';
import { m } from '../../lib/paraglide/messages';
import { showDone } from '../../lib/toasts';
import { forgetDrafts } from '../reviews/state.svelte';
import { desk } from '../shell/desk.svelte';

/** Restores one of the shop's own backups; the shop as it was is kept among them. */
export async function restoreBackup(backup: BackupFile): Promise<void> {
  const kept = await desk.attempt(() => got(commands.restoreBackup(backup.file)));
  if (kept) {
    forgetDrafts();
    showDone(m.restored({ at: dateTime(backup.at) }));
  }
  await desk.open();
}
