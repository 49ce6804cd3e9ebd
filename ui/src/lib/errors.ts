// The one table from codes to the seller's words: what happened, and what to do.
import type { Failure, Fault, Stage } from '../bindings';
import { holdWords, refusedWords, stageWords } from './caseWords';
import { variables } from './variables.svelte';
import { m } from './paraglide/messages';

export type Words = { what: string; todo: string };

/** The words for a failure. */
export function failureWords(failure: Failure): Words {
  const d = failure.details as Record<string, unknown>;
  const s = (key: string): string =>
    d[key] === null || d[key] === undefined ? '' : String(d[key]);
  const file = s('file');
  const row = s('row');
  const column = s('column');
  switch (failure.code) {
    case 'disk_full':
      return { what: m.err_disk_full(), todo: m.todo_disk_full() };
    case 'disk_failed':
      return { what: m.err_disk_failed(), todo: m.todo_disk_failed() };
    case 'corrupt':
      return { what: m.err_corrupt(), todo: m.todo_corrupt() };
    case 'cannot_open':
      return { what: m.err_cannot_open(), todo: s('reason') };
    case 'several_shops':
      return { what: m.err_several_shops(), todo: m.todo_several_shops({ folders: s('folders') }) };
    case 'in_use':
      return { what: m.err_in_use(), todo: m.todo_in_use() };
    case 'still_running':
      return { what: m.err_still_running(), todo: m.todo_still_running() };
    case 'not_a_shop':
      return { what: m.err_not_a_shop(), todo: m.todo_not_a_shop() };
    case 'newer_shop':
      return {
        what: m.err_newer_shop({ found: s('found'), known: s('known') }),
        todo: m.todo_newer_shop(),
      };
    case 'file_missing':
      return { what: m.err_file_missing({ file }), todo: m.todo_choose_again() };
    case 'no_permission':
      return { what: m.err_no_permission({ file }), todo: m.todo_no_permission() };
    case 'file_error':
      return { what: m.err_file({ file }), todo: m.todo_file({ reason: s('reason') }) };
    case 'not_a_file':
      return { what: m.err_not_a_file({ file }), todo: m.todo_choose_again() };
    case 'empty_file':
      return { what: m.err_empty_file({ file }), todo: m.todo_export_again() };
    case 'header_only':
      return { what: m.err_header_only({ file }), todo: m.todo_header_only() };
    case 'not_a_table':
      switch (s('what')) {
        case 'web_page':
          return { what: m.err_web_page({ file }), todo: m.todo_save_as_xlsx() };
        case 'xml_spreadsheet':
          return { what: m.err_xml_spreadsheet({ file }), todo: m.todo_save_as_xlsx() };
        case 'pdf':
          return { what: m.err_pdf({ file }), todo: m.todo_export_csv() };
        case 'xml':
          return { what: m.err_xml({ file }), todo: m.todo_export_csv() };
        default:
          return { what: m.err_not_a_table({ file }), todo: m.todo_not_a_table() };
      }
    case 'bad_workbook':
      return { what: m.err_bad_workbook({ file }), todo: m.todo_bad_workbook() };
    case 'workbook_too_large':
      return { what: m.err_workbook_too_large({ file }), todo: m.todo_workbook_too_large() };
    case 'too_many_sheets':
      return {
        what: m.err_too_many_sheets({ file, limit: s('limit') }),
        todo: m.todo_workbook_too_large(),
      };
    case 'unclosed_quote':
      return { what: m.err_unclosed_quote({ row, column }), todo: m.todo_unclosed_quote() };
    case 'undecodable':
      return {
        what: m.err_undecodable({ row, encoding: s('encoding') }),
        todo: m.todo_undecodable(),
      };
    case 'cell_too_long':
      return { what: m.err_cell_too_long({ row, column }), todo: m.todo_unclosed_quote() };
    case 'too_many_columns':
      return {
        what: m.err_too_many_columns({ row, limit: s('limit') }),
        todo: m.todo_not_a_table(),
      };
    case 'unknown_encoding':
      return { what: m.err_unknown_encoding({ encoding: s('encoding') }), todo: '' };
    case 'unknown_platform':
      return { what: m.err_unknown_platform({ platform: s('platform') }), todo: '' };
    case 'mapping_needed':
      return { what: m.err_mapping_needed({ file }), todo: m.todo_mapping_needed() };
    case 'bad_mapping':
      return { what: m.err_bad_mapping(), todo: s('reason') };
    case 'ambiguous_dates':
      return {
        what: m.err_ambiguous_dates({ column, value: s('value'), row }),
        todo: m.todo_ambiguous_dates(),
      };
    case 'which_shop':
      return { what: m.err_which_shop(), todo: m.todo_which_shop() };
    case 'file_changed':
      return { what: m.err_file_changed({ file }), todo: m.todo_plan_again() };
    case 'plan_stale':
      return { what: m.err_plan_stale(), todo: m.todo_plan_again() };
    case 'cancelled':
      return { what: m.err_cancelled(), todo: '' };
    case 'not_found':
      return { what: m.err_not_found({ key: s('key') }), todo: '' };
    case 'nothing_to_undo':
      return { what: m.err_nothing_to_undo(), todo: '' };
    case 'undo_conflict':
      return { what: m.err_undo_conflict(), todo: m.todo_undo_conflict() };
    case 'bad_value':
      return { what: m.err_bad_value({ value: s('value') }), todo: reason(s('reason')) };
    case 'exists':
      return { what: m.err_exists({ value: s('value') }), todo: '' };
    case 'unencodable':
      return {
        what: m.err_unencodable({
          encoding: s('encoding'),
          character: s('character'),
          row,
          column,
        }),
        todo: m.todo_unencodable(),
      };
    case 'bad_template':
      return {
        what: m.err_bad_template({ place: s('place') }),
        todo: m.todo_bad_template({ reason: s('reason') }),
      };
    case 'no_rule_for_region':
      return {
        what: m.err_no_rule({ template: s('template'), region: s('region_name') }),
        todo: m.todo_no_rule(),
      };
    case 'not_delivered':
      return {
        what: m.err_not_delivered({ template: s('template'), region: s('region_name') }),
        todo: s('reason'),
      };
    case 'missing_weight':
      return {
        what: s('product')
          ? m.err_missing_weight({ product: s('product') })
          : m.err_missing_weight_unnamed(),
        todo: m.todo_fill_product(),
      };
    case 'missing_volume':
      return {
        what: s('product')
          ? m.err_missing_volume({ product: s('product') })
          : m.err_missing_volume_unnamed(),
        todo: m.todo_fill_product(),
      };
    case 'missing_template':
      return {
        what: m.err_missing_template({ product: s('product') }),
        todo: m.todo_missing_template(),
      };
    case 'unknown_method':
      return { what: m.err_unknown_method({ template: s('template') }), todo: s('known') };
    case 'unknown_region':
      return { what: m.err_unknown_region({ region: s('region') }), todo: m.todo_unknown_region() };
    case 'ambiguous_region':
      return {
        what: m.err_ambiguous_region({ address: s('address') }),
        todo: m.todo_ambiguous_region(),
      };
    case 'overlapping_rules':
      return {
        what: m.err_overlapping({
          region: s('region') === 'default' ? m.region_default() : s('region'),
        }),
        todo: `${s('first')} · ${s('second')}`,
      };
    case 'mixed_currencies':
      return {
        what: m.err_mixed_currencies({
          first: s('first'),
          one: s('first_currency'),
          second: s('second'),
          other: s('second_currency'),
        }),
        todo: '',
      };
    case 'zero_step':
      return { what: m.err_zero_step(), todo: s('place') };
    case 'refused':
      return {
        what: m.err_refused({ stage: stageWords(s('stage') as Stage) }),
        todo: refusedWords(s('reason')),
      };
    case 'review_refused':
      return { what: m.err_review_refused(), todo: reviewRefused(s('reason')) };
    case 'held_back':
      return { what: m.err_held_back(), todo: holdWords(s('reason')) };
    case 'unfilled':
      return {
        what: m.err_unfilled({
          names: (d.names as string[]).map((n) => variables.words(n)).join(m.comma()),
        }),
        todo: m.todo_unfilled(),
      };
    case 'file_too_large':
      return {
        what: m.err_file_too_large({ file, limit: s('limit_mib') }),
        todo: m.todo_file_too_large(),
      };
    case 'overflow':
      return { what: m.err_overflow(), todo: s('what') };
    case 'backup_failed':
      return { what: m.err_backup_failed(), todo: s('reason') };
    case 'backup_changed':
      return { what: m.err_backup_changed(), todo: m.todo_backup_changed() };
    case 'foreign_shop':
      return { what: m.err_foreign_shop(), todo: m.todo_foreign_shop({ reason: s('reason') }) };
    case 'read_only_folder':
      return { what: m.err_read_only_folder(), todo: m.todo_read_only_folder() };
    case 'not_replaced':
      return { what: m.err_not_replaced({ file }), todo: m.todo_not_replaced() };
    case 'database':
      return { what: m.err_database(), todo: m.todo_database() };
    case 'internal':
      return { what: m.err_internal(), todo: m.todo_internal() };
    case 'stored_value':
      return {
        what: m.err_stored_value(),
        todo: m.todo_stored_value({ field: s('field'), value: s('value') }),
      };
    case 'platform_file':
      return {
        what: m.err_platform_file(),
        todo: m.todo_platform_file({ file, reason: s('reason') }),
      };
    default:
      return { what: m.err_other({ code: failure.code }), todo: s('reason') };
  }
}

/** Why the follow-up of a review does not allow something. */
export function reviewRefused(reason: string): string {
  const words: Record<string, () => string> = {
    cause_first: m.refused_cause_first,
    contact_first: m.refused_contact_first,
    reply_first: m.refused_reply_first,
    outcome_first: m.refused_outcome_first,
    offers_for_review: m.refused_offers_for_review,
    private_data: m.refused_private_data,
  };
  return words[reason]?.() ?? reason;
}

/** Why a value cannot be; empty for a word that is not known. */
export function reason(word: string): string {
  switch (word) {
    case 'blank':
      return m.reason_blank();
    case 'too_long':
    case 'blank_or_long':
      return m.reason_too_long();
    case 'not_a_number':
      return m.reason_not_a_number();
    case 'masked_or_blank':
      return m.reason_masked();
    case 'day':
    case 'month':
    case 'year':
    case 'leap_is_lunar':
    case 'not_a_day':
    case 'no_such_day':
      return m.reason_no_such_day();
    case 'above_100':
      return m.reason_out_of_range();
    case 'unknown':
      return m.reason_unknown();
    case 'nul':
      return m.reason_nul();
    case 'not_a_date':
      return m.reason_no_such_day();
    case 'not_a_table':
      return m.reason_not_a_table();
    case 'not_json':
      return m.reason_not_json();
    case 'no_such_column':
      return m.reason_no_such_column();
    case 'not_for_buyers':
      return m.reason_not_for_buyers();
    case 'makes_nothing_good':
      return m.reason_makes_nothing_good();
    case 'not_a_weight':
      return m.reason_not_a_weight();
    case 'not_a_volume':
      return m.reason_not_a_volume();
    case 'not_an_email':
      return m.reason_not_an_email();
    case 'not_an_amount':
      return m.reason_not_an_amount();
    case 'yes_or_no':
      return m.reason_yes_or_no();
    case 'other_kind':
      return m.reason_other_kind();
    case 'courier_takes_money':
      return m.reason_courier_takes_money();
    case 'too_many_rows':
      return m.reason_too_many_rows();
    case 'one_to_365_days':
      return m.reason_one_to_365_days();
    case 'far_time':
      return m.reason_far_time();
    case 'in_future':
      return m.reason_in_future();
    case 'in_past':
      return m.reason_in_past();
    case 'nobody':
      return m.reason_nobody();
    case 'tied_to_review':
      return m.reason_tied_to_review();
    case 'negative':
      return m.reason_negative();
    case 'own_file':
      return m.reason_own_file();
    case 'unknown_variable':
      return m.reason_unknown_variable();
    case 'unclosed_brace':
      return m.reason_unclosed_brace();
    case 'empty_slot':
      return m.reason_empty_slot();
    case 'incentive':
      return m.reason_incentive();
    case 'no_such_time':
      return m.reason_no_such_time();
    case 'no_length':
      return m.reason_no_length();
    case 'ends_before_it_begins':
      return m.reason_ends_before_it_begins();
    case 'no_working_day':
      return m.reason_no_working_day();
    case 'one_to_seven':
      return m.reason_one_to_seven();
    case 'one_to_five':
    case 'out_of_range':
      return m.reason_out_of_range();
    case 'orders_read_in_it':
      return m.reason_orders_read_in_it();
    default:
      return '';
  }
}

const FAULTS: Record<Fault, () => string> = {
  missing_number: m.fault_missing_number,
  damaged_number: m.fault_damaged_number,
  bad_time: m.fault_bad_time,
  impossible_time: m.fault_impossible_time,
  ambiguous_time: m.fault_ambiguous_time,
  date_as_number: m.fault_date_as_number,
  bad_amount: m.fault_bad_amount,
  conflicting_amounts: m.fault_conflicting_amounts,
  bad_quantity: m.fault_bad_quantity,
  too_many_cells: m.fault_too_many_cells,
  order_rejected: m.fault_order_rejected,
  repeated_number: m.fault_repeated_number,
  other_order_same_number: m.fault_other_order_same_number,
  nothing_to_keep: m.fault_nothing_to_keep,
  damaged_phone: m.fault_damaged_phone,
  unknown_status: m.fault_unknown_status,
  date_from_number: m.fault_date_from_number,
  repaired_number: m.fault_repaired_number,
  repaired_zip: m.fault_repaired_zip,
  hand_edit_kept: m.fault_hand_edit_kept,
  refund_taken_as_whole: m.fault_refund_taken_as_whole,
  currency_assumed: m.fault_currency_assumed,
  shared_phone: m.fault_shared_phone,
  broken_characters: m.fault_broken_characters,
  birthday_unread: m.fault_birthday_unread,
  wish_unread: m.fault_wish_unread,
  phone_unread: m.fault_phone_unread,
  email_unread: m.fault_email_unread,
  price_unclear: m.fault_price_unclear,
  paid_from_items: m.fault_paid_from_items,
  paid_unknown: m.fault_paid_unknown,
  row_in_one_cell: m.fault_row_in_one_cell,
  only_a_number: m.fault_only_a_number,
};

/** Why a row cannot come in, or what was noticed. */
export function faultWords(fault: Fault): string {
  return FAULTS[fault]();
}

/** All reasons by their codes, for the file of rejected rows. */
export function allFaultWords(): Record<string, string> {
  return Object.fromEntries(Object.entries(FAULTS).map(([code, words]) => [code, words()]));
}

/** What can be done about a rejected row: typed right here, or only outside. */
export function fixable(fault: Fault): boolean {
  return [
    'missing_number',
    'damaged_number',
    'bad_time',
    'impossible_time',
    'ambiguous_time',
    'date_as_number',
    'bad_amount',
    'conflicting_amounts',
    'bad_quantity',
  ].includes(fault);
}
