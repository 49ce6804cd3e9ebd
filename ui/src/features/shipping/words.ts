// The seller's words for what the core finds.
import type {
  Bound,
  Finding,
  FormError,
  ProductField,
  Shift,
  Uncounted,
  What,
} from '../../bindings';
import { count, money } from '../../lib/format';
import { m } from '../../lib/paraglide/messages';

const UNCOUNTED: Record<Uncounted, () => string> = {
  no_rule_for_region: m.unc_no_rule,
  not_delivered: m.unc_not_delivered,
  missing_weight: m.unc_missing_weight,
  missing_volume: m.unc_missing_volume,
  unknown_region: m.unc_unknown_region,
  ambiguous_region: m.unc_ambiguous_region,
  abroad: m.unc_abroad,
  no_items: m.unc_no_items,
  unknown_pieces: m.unc_unknown_pieces,
  unknown_amount: m.unc_unknown_amount,
  missing_template: m.unc_missing_template,
  overflow: m.unc_overflow,
};

/** Why an order has no fee. */
export function uncountedWords(reason: Uncounted): string {
  return UNCOUNTED[reason]();
}

export function methodWords(method: string): string {
  if (method === 'express') return m.method_express();
  if (method === 'ems') return 'EMS';
  if (method === 'surface') return m.method_surface();
  return method;
}

const grams = (value: number): string => (value >= 1000 ? `${value / 1000} kg` : `${value} g`);

/** A bound in words: 满 3 件. */
export function boundWords(bound: Bound, currency: string): string {
  const all = bound as Record<string, number | undefined>;
  const [kind, value] = Object.entries(all).find(([, v]) => v !== undefined) ?? ['', 0];
  const number = value ?? 0;
  switch (kind) {
    case 'amount_at_least':
      return m.bound_amount({ amount: money(number, currency) });
    case 'pieces_at_least':
      return m.bound_pieces({ count: count(number) });
    case 'weight_at_most':
      return m.bound_at_most({ weight: grams(number) });
    default:
      return m.bound_at_least({ weight: grams(number) });
  }
}

const SHOWN = 6;

function list(names: string[]): string {
  const shown = names.slice(0, SHOWN).join(m.comma());
  return names.length > SHOWN
    ? m.and_more({ names: shown, count: count(names.length - SHOWN) })
    : shown;
}

/** A finding: what it is, and the numbers behind it. */
export function findingWords(what: What, currency: string): string {
  const amount = (minor: number) => money(minor, currency);
  switch (what.what) {
    case 'gap':
      return m.lint_gap({ regions: list(what.regions) });
    case 'overlap':
      return m.lint_overlap({
        region: what.region === 'default' ? m.region_default() : what.region,
      });
    case 'unreachable':
      return m.lint_unreachable();
    case 'ended_region':
      return m.lint_ended({ name: what.name, year: String(what.year), today: list(what.today) });
    case 'more_costs_less':
      return m.lint_more_costs_less({
        fee: amount(what.fee),
        bound: boundWords(what.bound, currency),
      });
    case 'free_never':
      return m.lint_free_never({ orders: count(what.orders) });
    case 'free_nearly_always':
      return m.lint_free_nearly_always({ orders: count(what.orders), met: count(what.met) });
    case 'no_step_fee':
      return m.lint_no_step_fee();
    case 'remote_at_near_price':
      return m.lint_remote({ regions: list(what.regions) });
    case 'dear_regions_go_free':
      return m.lint_dear_free({
        regions: list(what.regions),
        bounds: what.bounds.map((b) => boundWords(b, currency)).join(m.comma()),
        fee: amount(what.fee),
      });
    case 'odd_weight':
      return m.lint_odd_weight({ weight: grams(what.grams) });
    case 'odd_fee':
      return what.usual > 0
        ? m.lint_odd_fee({ fee: amount(what.fee), usual: amount(what.usual) })
        : m.lint_odd_fee_alone({ fee: amount(what.fee) });
    case 'unbound_products':
      return m.lint_unbound({ products: count(what.products) });
    case 'missing_weights':
      return m.lint_missing_weights({
        products: count(what.products),
        examples: list(what.examples),
      });
    case 'thin_margin':
      return (what.estimated ? m.lint_thin_margin_estimated : m.lint_thin_margin)({
        product: what.product,
        pieces: count(what.pieces),
        margin: amount(what.margin),
        region: what.region,
        shipping: amount(what.shipping),
        short: amount(what.shipping - what.margin),
      });
  }
}

/** Where a finding leads: the row of the editor it is about. */
export function placeOf(finding: Finding): string {
  return finding.place.replace(/\.(step_fee|first_fee|first|step|any|all)$/, '');
}

/** Why a field is not understood. */
export function fieldWords(error: FormError): string {
  switch (error.reason) {
    case 'not_a_weight':
      return m.field_not_a_weight();
    case 'not_a_volume':
      return m.field_not_a_volume();
    case 'not_an_amount':
      return m.field_not_an_amount();
    default:
      return m.field_not_a_number();
  }
}

/** Why a cell of a product table or a bill cannot come in. */
export function cellWords(reason: string): string {
  switch (reason) {
    case 'unknown_product':
      return m.cell_unknown_product();
    case 'unknown_template':
      return m.cell_unknown_template();
    case 'not_a_weight':
      return m.field_not_a_weight();
    case 'not_a_volume':
      return m.field_not_a_volume();
    case 'not_an_amount':
      return m.field_not_an_amount();
    case 'no_parcel_number':
      return m.cell_no_parcel();
    case 'yes_or_no':
      return m.cell_yes_or_no();
    default:
      return reason;
  }
}

export function shiftWords(shift: Shift, currency: string): string {
  return m.shift({ orders: count(shift.orders), amount: money(shift.amount, currency) });
}

const PRODUCT_FIELDS: Record<ProductField, () => string> = {
  weight: m.product_weight,
  volume: m.product_volume,
  cost: m.product_cost,
  template: m.product_template,
  own_fee: m.product_own_fee,
  always_free: m.product_always_free,
  excluded_from_free: m.product_excluded,
  fragile: m.product_fragile,
  check_in_days: m.product_check_in,
};

/** A column of the table of products. */
export function productFieldWords(field: ProductField): string {
  return PRODUCT_FIELDS[field]();
}
