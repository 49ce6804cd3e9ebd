// The columns an exported list can have, with their words.
import type { Column } from '../../bindings';
import { m } from '../../lib/paraglide/messages';

const WORDS: Record<Column, () => string> = {
  name: m.col_name,
  address_as: m.address_as,
  identities: m.col_accounts,
  phones: m.col_phone,
  emails: m.email,
  gender: m.gender,
  birthday: m.birthday,
  wechat: m.wechat,
  qq: () => 'QQ',
  temperament: m.temperament,
  likes: m.likes,
  notes: m.notes,
  introduced_by: m.introduced_by,
  occupation: m.occupation,
  group_chat: m.group_chat,
  contact_wish: m.contact_wish,
  tags: m.col_tags,
  province: m.province,
  city: m.city,
  district: m.district,
  address: m.address_detail,
  zip: m.zip,
  orders: m.col_orders,
  currency: m.currency,
  paid: m.col_paid,
  refunded: m.refunded,
  first_order: m.first_order,
  last_order: m.last_order,
};

export const ALL_COLUMNS = Object.keys(WORDS) as Column[];

export function columnLabel(column: Column): string {
  return WORDS[column]();
}
