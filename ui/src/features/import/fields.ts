// What a column can be, in the order sellers look for it.
import type { Field, Headers } from '../../bindings';
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

// Those that a platform's own description fills and nobody maps by hand.
const RARE: Partial<Record<Field, () => string>> = {
  buyer_name: m.field_buyer_name,
  first_name: m.field_first_name,
  last_name: m.field_last_name,
  telephone: m.field_telephone,
  street: m.field_street,
  address_two: m.field_address_two,
  address_three: m.field_address_three,
  cancelled_at: m.field_cancelled_at,
  status_two: m.field_status_two,
  paid_net: m.field_paid_net,
  outstanding: m.field_outstanding,
  paid_adjusted: m.field_paid_adjusted,
  line_paid: m.field_line_paid,
  line_tax: m.field_line_tax,
  line_discount: m.field_line_discount,
  line_refunded: m.field_line_refunded,
  line_status: m.field_line_status,
  titles: m.field_titles,
  line_item: m.field_line_item,
  kinds: m.field_kinds,
  pieces: m.field_pieces,
  packed: m.field_titles,
};

// What a column of a list of customers can be.
const OF_PEOPLE: Partial<Record<Field, () => string>> = {
  name: m.field_name,
  first_name: m.field_first_name,
  last_name: m.field_last_name,
  address_as: m.field_address_as,
  buyer_id: m.account_id,
  phone: m.col_phone,
  email: m.email,
  wechat: m.field_wechat,
  qq: m.field_qq,
  gender: m.field_gender,
  birthday: m.field_birthday,
  introduced_by: m.introduced_by,
  occupation: m.occupation,
  group_chat: m.group_chat,
  temperament: m.field_temperament,
  likes: m.field_likes,
  notes: m.field_notes,
  tags: m.field_tags,
  province: m.province,
  city: m.city,
  district: m.district,
  address: m.address,
  zip: m.zip,
  country: m.country,
  other_address: m.field_other_address,
};

const FIELDS = Object.keys(WORDS) as Field[];
const PEOPLE_FIELDS = Object.keys(OF_PEOPLE) as Field[];

/** What a column can be, and what it is now where that is none of the usual. */
export function fieldsWith(present: Field | '' | undefined, ofPeople: boolean): Field[] {
  const usual = ofPeople ? PEOPLE_FIELDS : FIELDS;
  return present && !usual.includes(present) ? [...usual, present] : usual;
}

// What a column of orders is in a list of customers.
const IN_A_LIST: Partial<Record<Field, Field>> = {
  recipient: 'name',
  buyer_name: 'name',
  buyer_message: 'notes',
  seller_note: 'notes',
};

/** The same column in a list of customers; blank where such a list has none of the kind. */
export function inAList(field: Field | ''): Field | '' {
  if (field === '') return '';
  const moved = IN_A_LIST[field] ?? field;
  return PEOPLE_FIELDS.includes(moved) ? moved : '';
}

/** Whether the columns of a field are added up. */
export function isSum(headers: Headers): headers is { sum: string[] } {
  return typeof headers === 'object' && !Array.isArray(headers);
}

/** The headers of a field. */
export function namesOf(headers: Headers): string[] {
  if (typeof headers === 'string') return [headers];
  return isSum(headers) ? headers.sum : headers;
}

export function fieldLabel(field: Field): string {
  return WORDS[field]?.() ?? RARE[field]?.() ?? OF_PEOPLE[field]?.() ?? field;
}
