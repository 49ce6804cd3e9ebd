// What a column can be, in the order sellers look for it.
import type { Field } from '../../bindings';
import { m } from '../../lib/paraglide/messages';

const WORDS: Partial<Record<Field, () => string>> = {
  number: m.order_number,
  buyer_id: m.account_id,
  recipient: m.recipient,
  phone: m.col_phone,
  email: m.email,
  placed_at: m.time_placed,
  paid_at: m.time_paid,
  shipped_at: m.time_shipped,
  completed_at: m.time_completed,
  status: m.status,
  paid: m.col_paid,
  refunded: m.refunded,
  goods: m.goods,
  shipping_fee: m.shipping_fee,
  discount: m.discount,
  currency: m.currency,
  shop_name: m.shop,
  province: m.province,
  city: m.city,
  district: m.district,
  address: m.address,
  zip: m.zip,
  country: m.country,
  title: m.item_title,
  code: m.item_code,
  variant: m.item_variant,
  quantity: m.quantity,
  unit_price: m.unit_price,
  line_total: m.line_total,
  courier: m.courier,
  tracking: m.tracking,
  buyer_message: m.buyer_message,
  seller_note: m.seller_note,
};

export const FIELDS = Object.keys(WORDS) as Field[];

export function fieldLabel(field: Field): string {
  return WORDS[field]?.() ?? field;
}
