// The shell's clock and times in words. Times come as UTC seconds; the day is that of this computer.
import { m } from './paraglide/messages';
import { getLocale } from './paraglide/runtime';

let ahead = 0;

/** Follows the shell's clock, which is the one that clocks of cases run by. */
export function followClock(now: number): void {
  const difference = now - Math.floor(Date.now() / 1000);
  ahead = Math.abs(difference) < 5 ? 0 : difference;
}

/** Now, in whole seconds that are over, so that it is never later than the shell has it. */
export function nowSeconds(): number {
  return Math.floor(Date.now() / 1000) + ahead;
}

const DAY = 86_400;

/** Which day it is on this computer, counted from a fixed one. */
export function dayOf(at: number): number {
  const d = new Date(at * 1000);
  return Math.round(Date.UTC(d.getFullYear(), d.getMonth(), d.getDate()) / 1000 / DAY);
}

function clockOf(at: number): string {
  const d = new Date(at * 1000);
  return `${String(d.getHours()).padStart(2, '0')}:${String(d.getMinutes()).padStart(2, '0')}`;
}

/** `11月28日`, `28 Nov`; with the year where it is not this one. */
export function dayWords(at: number, now = nowSeconds()): string {
  const d = new Date(at * 1000);
  const sameYear = d.getFullYear() === new Date(now * 1000).getFullYear();
  return new Intl.DateTimeFormat(getLocale(), {
    month: getLocale() === 'en' ? 'short' : 'long',
    day: 'numeric',
    year: sameYear ? undefined : 'numeric',
  }).format(d);
}

/** `今天 18:00`, `tomorrow 09:00`, `28 Nov 09:00`. */
export function timeWords(at: number, now = nowSeconds()): string {
  const days = dayOf(at) - dayOf(now);
  if (days === 0) return m.time_today({ time: clockOf(at) });
  if (days === 1) return m.time_tomorrow({ time: clockOf(at) });
  if (days === -1) return m.time_yesterday({ time: clockOf(at) });
  return `${dayWords(at, now)} ${clockOf(at)}`;
}

/** `3 小时`, `2 days`: how long, in the largest unit that fits; narrow: `3h`. */
export function spanWords(seconds: number, unitDisplay: 'long' | 'narrow' = 'long'): string {
  const s = Math.abs(seconds);
  const unit = s < 3600 ? 'minute' : s < 2 * DAY ? 'hour' : 'day';
  const size = unit === 'minute' ? 60 : unit === 'hour' ? 3600 : DAY;
  return new Intl.NumberFormat(getLocale(), {
    style: 'unit',
    unit,
    unitDisplay,
    maximumFractionDigits: 0,
  }).format(Math.max(1, Math.floor(s / size)));
}

/** `逾期 3 小时` or `今天 18:00 到期`. */
export function dueWords(at: number, now = nowSeconds()): string {
  return at < now
    ? m.overdue_by({ span: spanWords(now - at) })
    : m.due_at({ time: timeWords(at, now) });
}

/** For an input of type datetime-local. */
export function toInput(at: number): string {
  const d = new Date(at * 1000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${String(d.getFullYear())}-${two(d.getMonth() + 1)}-${two(d.getDate())}T${two(d.getHours())}:${two(d.getMinutes())}`;
}

/** For an input of type date. */
export function dayInput(at: number): string {
  return toInput(at).slice(0, 10);
}

/** The time in an input of type datetime-local; null where it is empty. */
export function fromInput(text: string): number | null {
  const at = new Date(text).getTime();
  return text === '' || Number.isNaN(at) ? null : Math.floor(at / 1000);
}

/** `09:00` from minutes of the day. */
export function minuteWords(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
