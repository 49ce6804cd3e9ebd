// Words of complaints: stages, causes, outcomes, remedies, channels, events, reasons.
import type {
  Cause,
  Clock,
  ContactChannel,
  ContactOutcome,
  Outcome,
  RemedyKind,
  Stage,
} from '../bindings';
import { timeWords } from './clock';
import { m } from './paraglide/messages';

export const STAGES: Stage[] = [
  'soothe',
  'respond',
  'empathise',
  'compensate',
  'follow_up',
  'closed',
];
export const STEPS = STAGES.slice(0, 5);

const STAGE: Record<Stage, () => string> = {
  soothe: m.stage_soothe,
  respond: m.stage_respond,
  empathise: m.stage_empathise,
  compensate: m.stage_compensate,
  follow_up: m.stage_follow_up,
  closed: m.stage_closed,
};
export const stageWords = (stage: Stage): string => STAGE[stage]();

const GUIDE: Record<Stage, () => string> = {
  soothe: m.guide_soothe,
  respond: m.guide_respond,
  empathise: m.guide_empathise,
  compensate: m.guide_compensate,
  follow_up: m.guide_follow_up,
  closed: m.guide_closed,
};
export const guideWords = (stage: Stage): string => GUIDE[stage]();

const CAUSE: Record<Cause, () => string> = {
  suspected_fake: m.cause_suspected_fake,
  price: m.cause_price,
  description: m.cause_description,
  quality: m.cause_quality,
  damaged: m.cause_damaged,
  attitude: m.cause_attitude,
  promise_not_kept: m.cause_promise_not_kept,
  wrong_item: m.cause_wrong_item,
  late: m.cause_late,
  courier: m.cause_courier,
  other: m.cause_other,
};
export const CAUSES = Object.keys(CAUSE) as Cause[];
/** Causes that lie with the product; the others lie with the service. */
export const PRODUCT_CAUSES = CAUSES.slice(0, 5);
export const SERVICE_CAUSES = CAUSES.slice(5);
export const causeWords = (cause: Cause | null): string =>
  cause ? CAUSE[cause]() : m.cause_unknown();
export const causeOf = (word: string): string => (word in CAUSE ? CAUSE[word as Cause]() : word);

const OUTCOME: Record<Outcome, () => string> = {
  satisfied: m.outcome_satisfied,
  not_satisfied: m.outcome_not_satisfied,
  withdrawn: m.outcome_withdrawn,
  no_answer: m.outcome_no_answer,
  duplicate: m.outcome_duplicate,
};
export const OUTCOMES = Object.keys(OUTCOME) as Outcome[];
export const outcomeWords = (outcome: Outcome | null): string =>
  outcome ? OUTCOME[outcome]() : '';

const REMEDY: Record<RemedyKind, () => string> = {
  apology: m.remedy_apology,
  refund: m.remedy_refund,
  exchange: m.remedy_exchange,
  repair: m.remedy_repair,
  reship: m.remedy_reship,
  coupon: m.remedy_coupon,
  gift: m.remedy_gift,
  next_order_discount: m.remedy_next_order_discount,
};
export const REMEDIES = Object.keys(REMEDY) as RemedyKind[];
export const remedyWords = (kind: RemedyKind): string => REMEDY[kind]();
export const remedyOf = (word: string): string =>
  word in REMEDY ? REMEDY[word as RemedyKind]() : word;

const CHANNEL: Record<ContactChannel, () => string> = {
  platform_chat: m.channel_platform_chat,
  wechat: m.channel_wechat,
  phone: m.channel_phone,
  sms: m.channel_sms,
  qq: m.channel_qq,
  email: m.channel_email,
  in_person: m.channel_in_person,
};
export const CHANNELS = Object.keys(CHANNEL) as ContactChannel[];
export const channelWords = (channel: ContactChannel): string => CHANNEL[channel]();
export const channelOf = (word: string): string =>
  word in CHANNEL ? CHANNEL[word as ContactChannel]() : word;

const REACHED: Record<ContactOutcome, () => string> = {
  reached: m.contact_reached,
  sent: m.contact_sent,
  no_answer: m.contact_no_answer,
  refused: m.contact_refused,
};
export const CONTACT_OUTCOMES = Object.keys(REACHED) as ContactOutcome[];
export const reachedWords = (outcome: ContactOutcome): string => REACHED[outcome]();
export const reachedOf = (word: string): string =>
  word in REACHED ? REACHED[word as ContactOutcome]() : word;

const CLOCK: Record<Clock, () => string> = {
  first_answer: m.clock_first_answer,
  next_update: m.clock_next_update,
  promised_update: m.clock_promised_update,
  remedy_delivered: m.clock_remedy_delivered,
  follow_up: m.clock_follow_up,
};
export const clockWords = (clock: Clock | null): string => (clock ? CLOCK[clock]() : '');

const FIELD: Record<string, () => string> = {
  words: m.case_words,
  product: m.case_product,
  received_at: m.case_received,
  channel: m.contact_channel,
  said: m.case_said,
  problem: m.case_problem,
  agrees: m.case_agrees,
  next_update: m.case_next_update,
  meaning: m.case_meaning,
  cause: m.case_cause,
  satisfied: m.case_satisfied,
  follow_note: m.case_follow_note,
  customer: m.buyer,
};

/** A field that was changed, and after a tab its new value where that is one of a few. */
function editedWords(text: string): string {
  const [name = '', value] = text.split('\t');
  const field = FIELD[name]?.() ?? name;
  if (value === undefined) return m.event_edited({ field });
  const words: Record<string, () => string> = {
    cause: () => causeWords(value as Cause),
    channel: () => channelWords(value as ContactChannel),
    next_update: () => timeWords(Number(value)),
    agrees: () => (value === 'yes' ? m.yes_word() : m.no_word()),
    satisfied: () => (value === 'yes' ? m.satisfied_yes() : m.satisfied_no()),
  };
  return m.event_set({ field, value: words[name]?.() ?? value });
}

/** What happened, for the log of a case. */
export function eventWords(kind: string, after: Stage, text: string): string {
  switch (kind) {
    case 'taken_in':
      return m.event_taken_in();
    case 'done':
      return after === 'closed' ? m.event_closed() : m.event_done({ stage: stageWords(after) });
    case 'skip':
      return m.event_skip({ stage: stageWords(after), reason: text });
    case 'back':
      return m.event_back({ stage: stageWords(after) }) + (text ? ` · ${text}` : '');
    case 'wait':
      return m.event_wait() + (text ? ` · ${text}` : '');
    case 'answered':
      return m.event_answered();
    case 'close':
      return m.event_close({ reason: text });
    case 'reopen': {
      // The seller's words, but for what the core writes where the buyer is not satisfied after all.
      const reason = text === 'not_satisfied' ? m.not_satisfied_after_all() : text;
      return m.event_reopen() + (reason ? ` · ${reason}` : '');
    }
    case 'edited':
      return editedWords(text);
    case 'notice':
      return m.event_notice();
    case 'attached':
      return m.event_attached({ file: text });
    case 'detached':
      return m.event_detached({ file: text });
    case 'remedy_added':
      return m.event_remedy_added({ what: remedyOf(text) });
    case 'remedy_edited':
      return m.event_remedy_edited({ what: remedyOf(text) });
    case 'remedy_delivered':
      return m.event_remedy_delivered({ what: remedyOf(text) });
    case 'remedy_undelivered':
      return m.event_remedy_undelivered({ what: remedyOf(text) });
    case 'remedy_withdrawn':
      return m.event_remedy_withdrawn({ what: remedyOf(text) });
    default:
      return kind;
  }
}

/** Why a move is not possible now, and what to do. */
export function refusedWords(reason: string): string {
  const words: Record<string, () => string> = {
    closed: m.refused_closed,
    not_closed: m.refused_not_closed,
    first_step: m.refused_first_step,
    close_instead: m.refused_close_instead,
    not_earlier: m.refused_not_earlier,
    waiting_already: m.refused_waiting_already,
    not_waiting: m.refused_not_waiting,
    reason_missing: m.refused_reason_missing,
    said_missing: m.refused_said_missing,
    problem_missing: m.refused_problem_missing,
    not_agreed: m.refused_not_agreed,
    next_update_missing: m.refused_next_update_missing,
    cause_missing: m.refused_cause_missing,
    meaning_missing: m.refused_meaning_missing,
    cause_stays: m.refused_cause_stays,
    owning_missing: m.refused_owning_missing,
    asked_at_the_end: m.refused_asked_at_the_end,
    remedy_missing: m.refused_remedy_missing,
    remedy_undelivered: m.refused_remedy_undelivered,
    satisfaction_missing: m.refused_satisfaction_missing,
  };
  return words[reason]?.() ?? reason;
}

const HOLDS: Record<string, () => string> = {
  do_not_contact: m.hold_do_not_contact,
  refused: m.hold_refused,
  attempts_used: m.hold_attempts_used,
};
/** Why a contact is held back. */
export const holdWords = (hold: string): string => HOLDS[hold]?.() ?? '';
