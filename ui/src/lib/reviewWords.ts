// Words of reviews: ratings, causes, outcomes, steps, signs, reasons for a time.
import type {
  NoContact,
  Rating,
  ReaderFinding,
  ReviewCause,
  ReviewField,
  ReviewOutcome,
  ReviewStep,
  Sign,
  TimeReason,
} from '../bindings';
import { money } from './format';
import { m } from './paraglide/messages';

const RATING: Record<Rating, () => string> = {
  negative: m.rating_negative,
  neutral: m.rating_neutral,
  positive: m.rating_positive,
};
export const RATINGS = Object.keys(RATING) as Rating[];
export const ratingWords = (rating: Rating): string => RATING[rating]();
export const ratingOf = (word: string): string =>
  word in RATING ? RATING[word as Rating]() : word;
/** The colour of its chip: the seal for a bad one. */
export const ratingColour = (rating: Rating): string =>
  rating === 'negative' ? 's' : rating === 'neutral' ? 'd' : 'g';
export const starWords = (stars: number | null): string =>
  stars === null ? '' : '★'.repeat(stars) + '☆'.repeat(5 - stars);

const CAUSE: Record<ReviewCause, () => string> = {
  unknown_ask: m.rcause_unknown_ask,
  product: m.rcause_product,
  description: m.rcause_description,
  size: m.rcause_size,
  colour_difference: m.rcause_colour_difference,
  damage: m.rcause_damage,
  late: m.rcause_late,
  courier: m.rcause_courier,
  service: m.rcause_service,
  misunderstood_scale: m.rcause_misunderstood_scale,
  wrong_item: m.rcause_wrong_item,
  extortion_suspected: m.rcause_extortion_suspected,
  other: m.rcause_other,
};
export const REVIEW_CAUSES = Object.keys(CAUSE) as ReviewCause[];
export const reviewCauseWords = (cause: ReviewCause | null): string =>
  cause ? CAUSE[cause]() : m.rcause_none();

const OUTCOME: Record<ReviewOutcome, () => string> = {
  changed: m.routcome_changed,
  kept: m.routcome_kept,
  deleted: m.routcome_deleted,
  no_answer: m.routcome_no_answer,
};
export const REVIEW_OUTCOMES = Object.keys(OUTCOME) as ReviewOutcome[];
export const reviewOutcomeWords = (outcome: ReviewOutcome): string => OUTCOME[outcome]();

const STEP: Record<ReviewStep, () => string> = {
  set_cause: m.rstep_set_cause,
  contact: m.rstep_contact,
  reply: m.rstep_reply,
  close: m.rstep_close,
  done: m.rstep_done,
};
export const reviewStepWords = (step: ReviewStep): string => STEP[step]();
export const reviewStepOf = (word: string): string =>
  word in STEP ? STEP[word as ReviewStep]() : word;

const NONE: Record<NoContact, () => string> = {
  cause_first: m.nocontact_cause_first,
  closed: m.nocontact_closed,
  reached: m.nocontact_reached,
  refused: m.nocontact_refused,
  do_not_contact: m.nocontact_do_not_contact,
  attempts_used: m.nocontact_attempts_used,
  nobody_known: m.nocontact_nobody_known,
};
export const noContactWords = (none: NoContact): string => NONE[none]();

export function timeReasonWords(reason: TimeReason): string {
  switch (reason.kind) {
    case 'soonest':
      return m.when_soonest();
    case 'decent_hour':
      return m.when_decent();
    case 'after_day_off':
      return m.when_after_day_off();
    case 'answered_at':
      return m.when_answered({ count: reason.times });
    case 'ordered_at':
      return m.when_ordered({ count: reason.times });
    case 'after_quiet_hours':
      return m.when_after_quiet();
    case 'after_holiday':
      return m.when_after_holiday({ name: reason.name });
  }
}

const FINDING: Record<ReaderFinding, () => string> = {
  address: m.reader_address,
  blame: m.reader_blame,
  email: m.reader_email,
  id_number: m.reader_id_number,
  name: m.reader_name,
  order_number: m.reader_order_number,
  phone_number: m.reader_phone_number,
  too_long: m.reader_too_long,
  wechat_or_qq: m.reader_wechat_or_qq,
};
export const findingWords = (finding: ReaderFinding): string => FINDING[finding]();

/** A sign as a sentence with its facts. */
export function signWords(sign: Sign): string {
  const [first = 0, second = 0] = sign.numbers;
  const known = sign.numbers.length > 0;
  switch (sign.kind) {
    case 'new_buyer':
      return known ? m.sign_new_buyer({ count: first }) : m.sign_new_buyer_unknown();
    case 'young_shop':
      return known ? m.sign_young_shop({ count: first }) : m.sign_young_shop_unknown();
    case 'cheap_fragile':
      if (!known || !sign.price) return m.sign_cheap_unknown();
      return first === 1
        ? m.sign_cheap_fragile({ price: money(sign.price[0], sign.price[1]) })
        : m.sign_cheap_plain({ price: money(sign.price[0], sign.price[1]) });
    case 'unusual_province':
      return known
        ? m.sign_province({ province: sign.text, count: first, total: second })
        : m.sign_province_unknown();
    case 'off_platform':
      return m.sign_off_platform();
  }
}

const FIELD: Record<ReviewField, () => string> = {
  platform_id: m.rfield_platform_id,
  order_number: m.rfield_order_number,
  buyer: m.rfield_buyer,
  product: m.rfield_product,
  rating: m.rfield_rating,
  stars: m.rfield_stars,
  text: m.rfield_text,
  appended: m.rfield_appended,
  appended_at: m.rfield_appended_at,
  pictures: m.rfield_pictures,
  reply: m.rfield_reply,
  replied_at: m.rfield_replied_at,
  reviewed_at: m.rfield_reviewed_at,
  state: m.rfield_state,
};
export const REVIEW_FIELDS = Object.keys(FIELD) as ReviewField[];
export const reviewFieldWords = (field: ReviewField): string => FIELD[field]();

/** Why a row of reviews cannot come in. */
export function rowReasonWords(reason: string): string {
  const words: Record<string, () => string> = {
    blank: m.rrow_blank,
    scientific_number: m.rrow_scientific,
    rounded_number: m.rrow_scientific,
    not_a_rating: m.rrow_not_a_rating,
    not_a_time: m.rrow_not_a_time,
    no_such_time: m.rrow_no_such_time,
    day_or_month: m.rrow_day_or_month,
    spreadsheet_serial: m.rrow_spreadsheet_serial,
    in_future: m.rrow_in_future,
    far_time: m.rrow_in_future,
    nobody: m.rrow_nobody,
    too_long: m.reason_too_long,
  };
  return words[reason]?.() ?? reason;
}

/** What a change of a review concerns. */
export function changeWords(change: string): string {
  const words: Record<string, () => string> = {
    rating: m.rfield_rating,
    stars: m.rfield_stars,
    text: m.rfield_text,
    appended: m.rfield_appended,
    pictures: m.rfield_pictures,
    reply: m.rfield_reply,
    gone: m.review_gone,
    links: m.review_links,
  };
  return words[change]?.() ?? change;
}
