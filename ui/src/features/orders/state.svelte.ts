// The list of orders: its query, its rows, which one is shown.
import { commands, type OrderDetail, type OrderLine, type OrderQuery } from '../../bindings';
import { failureOf, got } from '../../lib/calls';
import { PagedRows } from '../../lib/pages.svelte';
import { showFailure } from '../../lib/toasts';

/** A query that every order fits. */
export function allOrders(): OrderQuery {
  return {
    text: '',
    shop_id: null,
    status: null,
    from: null,
    before: null,
    customer_id: null,
    without_customer: false,
    refunded: false,
    ascending: false,
  };
}

class Orders {
  query = $state<OrderQuery>(allOrders());
  selected = $state(0);
  shownId = $state<number | null>(null);
  detail = $state.raw<OrderDetail | null>(null);
  rows = new PagedRows<OrderLine>((from, count) =>
    got(commands.orders($state.snapshot(this.query), from, count)),
  );

  ask(change: Partial<OrderQuery>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.rows.restart();
  }

  async show(id: number | null): Promise<void> {
    this.shownId = id;
    if (id === null) {
      this.detail = null;
      return;
    }
    try {
      const detail = await got(commands.order(id));
      if (this.shownId === id) this.detail = detail;
    } catch (thrown) {
      if (this.shownId !== id) return;
      this.detail = null;
      this.shownId = null;
      const failure = failureOf(thrown);
      if (failure.code !== 'not_found') showFailure(failure);
    }
  }
}

export const orders = new Orders();
