import {
  getLocale,
  localStorageKey,
  locales,
  overwriteGetLocale,
  overwriteSetLocale,
  type Locale,
} from './paraglide/runtime';

export { locales, type Locale };

// First read goes through the compiled strategy list (localStorage > navigator > base).
const initial = getLocale();
let current = $state<Locale>(initial);

// Every m.xxx() calls getLocale(). Reading $state inside it makes each message a dependency
// of the template/$derived/$effect that calls it, so a change re-renders without reload.
overwriteGetLocale(() => current);

overwriteSetLocale((next) => {
  if (next === current) return;
  current = next;
  try {
    localStorage.setItem(localStorageKey, next);
  } catch {
    // storage may be off; the running app still switches
  }
  document.documentElement.lang = next;
});

document.documentElement.lang = initial;
