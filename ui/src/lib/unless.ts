// A button that cannot work now is disabled and says why.

/** Attributes for a button: with a reason it is disabled, and the reason is its tooltip and its description. */
export function unless(why: string | false): {
  disabled: boolean;
  title: string | undefined;
  'aria-description': string | undefined;
} {
  const reason = why === false || why === '' ? undefined : why;
  return { disabled: reason !== undefined, title: reason, 'aria-description': reason };
}
