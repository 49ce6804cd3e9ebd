// What a line of the day says, from its source and its texts.
import type { Stage, TodayLine } from '../../bindings';
import { causeOf, stageWords } from '../../lib/caseWords';
import { nowSeconds, spanWords, timeWords } from '../../lib/clock';
import { reviewStepOf } from '../../lib/reviewWords';
import { m } from '../../lib/paraglide/messages';

const quoted = (text: string): string => (text ? `“${text}”` : '');

/** The coloured word: what it is and how late. */
export function tagWords(line: TodayLine): string {
  const late = line.overdue
    ? m.late_by({ span: spanWords(nowSeconds() - line.due_at, 'narrow') })
    : '';
  switch (line.source) {
    case 'complaint':
      return `${m.complaint_one()} · ${late || stageWords(line.word as Stage)}`;
    case 'promise':
      return `${m.promise_one()} · ${late || timeWords(line.due_at)}`;
    case 'review':
      return line.scene === 'review_positive'
        ? `${m.review_one()} · ${m.rating_positive()}`
        : `${m.review_one()} · ${late || reviewStepOf(line.word)}`;
    case 'invitation':
      return m.source_invitation();
    case 'stuck':
      return m.source_stuck();
    case 'check_in':
      return m.source_check_in();
    case 'birthday':
      return line.subject ? m.source_birthday_lunar() : m.source_birthday();
    case 'fix':
      return m.source_fix();
    default:
      return line.source;
  }
}

/** The sentence. */
export function sayWords(line: TodayLine): string {
  const join = (...parts: string[]): string => parts.filter(Boolean).join(' · ');
  const days = line.days ?? 0;
  switch (line.source) {
    case 'complaint':
      return join(stageWords(line.word as Stage), quoted(line.subject), line.detail);
    case 'promise':
      return quoted(line.subject);
    case 'review':
      return join(reviewStepOf(line.word), quoted(line.subject), line.detail);
    case 'invitation':
      return m.say_invitation({ product: line.subject, count: days });
    case 'stuck':
      return m.say_stuck({ courier: line.subject || m.courier(), count: days });
    case 'check_in':
      return m.say_check_in({ product: line.subject, count: days });
    case 'birthday':
      return days === 0
        ? join(m.say_birthday_today(), line.subject)
        : join(m.say_birthday_in({ count: days }), line.subject);
    case 'fix':
      return join(line.subject, causeOf(line.word), line.detail);
    default:
      return line.subject;
  }
}
