// The list of customers: its query, its rows, what is marked, who is shown.
import { commands, type CustomerLine, type CustomerQuery, type Profile } from '../../bindings';
import { failureOf, got } from '../../lib/calls';
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

class Customers {
  query = $state<CustomerQuery>(everything());
  selected = $state(0);
  marked = $state.raw<ReadonlySet<number>>(new Set());
  shownId = $state<number | null>(null);
  profile = $state.raw<Profile | null>(null);
  rows = new PagedRows<CustomerLine>((from, count) =>
    got(commands.customers($state.snapshot(this.query), from, count)),
  );

  /** Another query: back to the top. */
  ask(change: Partial<CustomerQuery>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.marked = new Set();
    this.rows.restart();
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
      this.marked = new Set(await got(commands.customerIds($state.snapshot(this.query))));
    } catch (thrown) {
      showFailure(failureOf(thrown));
    }
  }

  unmark(): void {
    this.marked = new Set();
  }

  async show(id: number | null): Promise<void> {
    this.shownId = id;
    if (id === null) {
      this.profile = null;
      return;
    }
    try {
      const profile = await got(commands.profile(id));
      if (this.shownId === id) this.profile = profile;
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (this.shownId !== id) return;
      this.profile = null;
      this.shownId = null;
      if (failure.code !== 'not_found') showFailure(failure);
    }
  }
}

export const customers = new Customers();
