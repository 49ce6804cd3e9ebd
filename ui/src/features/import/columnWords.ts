// The order's columns in words, for "what changes".
import { dateTime, money } from '../../lib/format';
import { m } from '../../lib/paraglide/messages';
import { privacy } from '../../lib/privacy.svelte';
import { statusWords } from '../../lib/statuses';
import type { Status } from '../../bindings';

const WORDS: Record<string, () => string> = {
  status: m.status,
  status_text: m.status,
  recipient: m.recipient,
  phone: m.col_phone,
  province: m.province,
  city: m.city,
  district: m.district,
  address: m.address,
  zip: m.zip,
  country: m.country,
  courier: m.courier,
  tracking: m.tracking,
  buyer_message: m.buyer_message,
  seller_note: m.seller_note,
  goods: m.goods,
  shipping_fee: m.shipping_fee,
  discount: m.discount,
  paid: m.col_paid,
  refunded: m.refunded,
  placed_at: m.time_placed,
  paid_at: m.time_paid,
  shipped_at: m.time_shipped,
  completed_at: m.time_completed,
  currency: m.currency,
  items: m.items,
};

export function columnWords(column: string): string {
  return WORDS[column]?.() ?? column;
}

/** A stored value as the seller reads it. */
export function valueWords(column: string, value: string, currency: string, zone: string): string {
  if (value === '') return '–';
  if (column.endsWith('_at')) return dateTime(Number(value), zone);
  if (['goods', 'shipping_fee', 'discount', 'paid', 'refunded'].includes(column))
    return money(Number(value), currency);
  if (column === 'status') return statusWords(value as Status);
  if (column === 'recipient') return privacy.name(value);
  if (column === 'phone') return privacy.phone(value);
  if (['address', 'zip', 'buyer_message', 'seller_note'].includes(column))
    return privacy.text(value);
  return value;
}
