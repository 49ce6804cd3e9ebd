// The days of a week, Monday first, as the core numbers them.
import { m } from './paraglide/messages';

/** Monday to Sunday. */
export type Weekdays = [boolean, boolean, boolean, boolean, boolean, boolean, boolean];
/** From Monday to Friday. */
export const WEEK: Weekdays = [true, true, true, true, true, false, false];
/** Their names. */
export const WEEKDAYS = [
  m.weekday_0,
  m.weekday_1,
  m.weekday_2,
  m.weekday_3,
  m.weekday_4,
  m.weekday_5,
  m.weekday_6,
];
