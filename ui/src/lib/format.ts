// How values look on the screen. Amounts come as minor units, times as UTC seconds.
import { CURRENCY_DIGITS } from '../bindings';
import { dayOf, nowSeconds } from './clock';
import { getLocale } from './paraglide/runtime';

/** Digits behind the point of a currency, by the core's own table. */
const digitsOf = (currency: string): number =>
  (CURRENCY_DIGITS as Record<string, number>)[currency] ?? 2;

/** `¥3,486.50`, `US$12.00`; nothing for an unknown amount. */
export function money(
  minor: number | null | undefined,
  currency: string | null | undefined,
): string {
  if (minor === null || minor === undefined) return '–';
  if (!currency) return minor === 0 ? '–' : String(minor / 100);
  const digits = digitsOf(currency);
  return new Intl.NumberFormat(getLocale(), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(minor / 10 ** digits);
}

/** `¥1,067,389`: sums over many orders, to the whole unit. */
export function roughMoney(minor: number | null | undefined, currency: string): string {
  if (minor === null || minor === undefined) return '–';
  const digits = digitsOf(currency);
  return new Intl.NumberFormat(getLocale(), {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: 0,
  }).format(minor / 10 ** digits);
}

/** `1,041` */
export function count(value: number): string {
  return new Intl.NumberFormat(getLocale()).format(value);
}

/** Which one in a row: `5th`. Chinese says it with a word before the number. */
export function ordinal(value: number): string {
  if (getLocale() !== 'en') return count(value);
  const endings: Record<Intl.LDMLPluralRule, string> = {
    zero: 'th',
    one: 'st',
    two: 'nd',
    few: 'rd',
    many: 'th',
    other: 'th',
  };
  return count(value) + endings[new Intl.PluralRules('en', { type: 'ordinal' }).select(value)];
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** Writes times by the clock of a zone; by the computer's where none is named or the system does not know it. */
function clock(zone: string): Intl.DateTimeFormat {
  const known = clocks.get(zone);
  if (known) return known;
  const parts = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  } as const;
  let made: Intl.DateTimeFormat;
  try {
    made = new Intl.DateTimeFormat('sv-SE', { ...parts, timeZone: zone || undefined });
  } catch {
    made = new Intl.DateTimeFormat('sv-SE', parts);
  }
  clocks.set(zone, made);
  return made;
}

/** `2026-03-01 00:42` by the clock of a zone (an order's shop), or of the computer. */
export function dateTime(at: number | null | undefined, zone = ''): string {
  return at === null || at === undefined ? '' : clock(zone).format(at * 1000);
}

/** `2026-03-01` by the same clock. */
export function date(at: number | null | undefined, zone = ''): string {
  return dateTime(at, zone).slice(0, 10);
}

/** `3 天前`, `last month`: how long ago, in the largest unit that fits. */
export function ago(at: number | null | undefined, now = nowSeconds()): string {
  if (at === null || at === undefined) return '–';
  const days = dayOf(now) - dayOf(at);
  const words = new Intl.RelativeTimeFormat(getLocale(), { numeric: 'auto', style: 'short' });
  if (days < 0) return date(at);
  if (days < 14) return words.format(-days, 'day');
  if (days < 60) return words.format(-Math.round(days / 7), 'week');
  if (days < 365) return words.format(-Math.round(days / 30.44), 'month');
  return words.format(-Math.round(days / 365.25), 'year');
}

/** `139 0000 0001`: a mobile in groups; other numbers as they are. */
export function phone(number: string): string {
  return /^1\d{10}$/.test(number)
    ? `${number.slice(0, 3)} ${number.slice(3, 7)} ${number.slice(7)}`
    : number;
}

/** A file size. */
export function bytes(size: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  let unit = 0;
  let value = size;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${new Intl.NumberFormat(getLocale(), { maximumFractionDigits: 1 }).format(value)} ${units[unit]}`;
}

/** 广东省 → 广东: regions in lists without their last word. */
export function shortRegion(name: string): string {
  if (name.includes('直辖')) return '';
  return name.length > 2
    ? name.replace(/(维吾尔|壮族|回族)?自治区$|特别行政区$|[省市]$/, '')
    : name;
}
