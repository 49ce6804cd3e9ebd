// Keys: one place that knows what counts as typing and what the platform's modifier is.

export const isMac = navigator.platform.startsWith('Mac');

/** `⌘K` or `Ctrl K`. */
export function keyName(key: string): string {
  return isMac ? `⌘${key}` : `Ctrl ${key}`;
}

/** Whether the event carries Ctrl (⌘ on a Mac) and no other modifier but Shift. */
export function withCommand(event: KeyboardEvent): boolean {
  return (
    (isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey) && !event.altKey
  );
}

/** Whether keys go into a text now, so that single letters are no shortcuts. */
export function isTyping(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}

/** Whether a dialog or menu is open and has the keys; one that only fades out has none. */
export function overlayOpen(): boolean {
  return (
    document.querySelector(
      ['[role="dialog"]', '[role="menu"]', '[role="listbox"]:not([data-quiet])']
        .map((overlay) => `${overlay}:not([data-state="closed"])`)
        .join(','),
    ) !== null
  );
}

/**
 * Whether a key is somebody else's: of a dialog or menu that is open, or was until this very key closed it. Handlers of
 * the window ask first, so that one key does one thing.
 */
export function isTaken(event: KeyboardEvent): boolean {
  return event.defaultPrevented || overlayOpen();
}
