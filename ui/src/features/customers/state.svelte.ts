// The list of customers: its query, its rows, what is marked, who is shown.
import { commands, type CustomerLine, type CustomerQuery, type Profile } from '../../bindings';
import { failureOf, got } from '../../lib/calls';
import { DetailList } from '../../lib/detailList.svelte';
import { PagedRows } from '../../lib/pages.svelte';
import { showFailure } from '../../lib/toasts';

/** A query that everyone fits. */
export function everything(): CustomerQuery {
  return {
    text: '',
    shop_id: null,
    tag: null,
    province: null,
    last_order_from: null,
    last_order_before: null,
    orders_at_least: null,
    orders_at_most: null,
    paid_at_least: null,
    paid_at_most: null,
    sort: 'last_order',
    ascending: false,
  };
}

class Customers extends DetailList<CustomerLine, CustomerQuery, Profile> {
  marked = $state.raw<ReadonlySet<number>>(new Set());
  rows = new PagedRows<CustomerLine>((from, count) =>
    got(commands.customers($state.snapshot(this.query) as CustomerQuery, from, count)),
  );

  protected fetch(id: number): Promise<Profile> {
    return got(commands.profile(id));
  }

  override ask(change: Partial<CustomerQuery>): void {
    this.marked = new Set();
    super.ask(change);
  }

  mark(id: number, on?: boolean): void {
    // Replaced as a whole, so the set itself need not be reactive.
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const next = new Set(this.marked);
    if (on ?? !next.has(id)) next.add(id);
    else next.delete(id);
    this.marked = next;
  }

  async markAll(): Promise<void> {
    try {
      const ids = await got(commands.customerIds($state.snapshot(this.query) as CustomerQuery));
      this.marked = new Set(ids);
    } catch (thrown) {
      showFailure(failureOf(thrown));
    }
  }

  unmark(): void {
    this.marked = new Set();
  }
}

export const customers = new Customers(everything());
