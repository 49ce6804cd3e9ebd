// What an operation is called, for undo and its notices.
import type { Op } from '../bindings';
import { m } from './paraglide/messages';

const WORDS: Record<Op, () => string> = {
  add_customer: m.op_add_customer,
  edit_customer: m.op_edit_customer,
  delete_customer: m.op_delete_customer,
  tag_customers: m.op_tag_customers,
  edit_fields: m.op_edit_fields,
  edit_order: m.op_edit_order,
  link_order: m.op_link_order,
  decide_match: m.op_decide_match,
  import: m.op_import,
  undo_import: m.op_undo_import,
  edit_shop: m.op_edit_shop,
  edit_template: m.op_edit_template,
  edit_products: m.op_edit_products,
  courier_bill: m.op_courier_bill,
  add_order: m.op_add_order,
  record_contact: m.op_record_contact,
  edit_contact: m.op_edit_contact,
  delete_contact: m.op_delete_contact,
  edit_note: m.op_edit_note,
  take_complaint: m.op_take_complaint,
  edit_complaint: m.op_edit_complaint,
  move_complaint: m.op_move_complaint,
  delete_complaint: m.op_delete_complaint,
  attach: m.op_attach,
  edit_remedy: m.op_edit_remedy,
  edit_promise: m.op_edit_promise,
  edit_fix: m.op_edit_fix,
  edit_phrase: m.op_edit_phrase,
  edit_rules: m.op_edit_rules,
  mark_task: m.op_mark_task,
  save_view: m.op_save_view,
  import_reviews: m.op_import_reviews,
  edit_review: m.op_edit_review,
  answer_review: m.op_answer_review,
  delete_review: m.op_delete_review,
  edit_scores: m.op_edit_scores,
};

export function opWords(op: Op, subject: string): string {
  const words = WORDS[op]();
  return subject ? `${words} · ${subject}` : words;
}
