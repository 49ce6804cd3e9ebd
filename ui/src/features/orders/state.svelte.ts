// The list of orders: its query, its rows, which one is shown.
import { commands, type OrderDetail, type OrderLine, type OrderQuery } from '../../bindings';
import { got } from '../../lib/calls';
import { DetailList } from '../../lib/detailList.svelte';
import { PagedRows } from '../../lib/pages.svelte';

/** A query that every order fits. */
export function allOrders(): OrderQuery {
  return {
    text: '',
    shop_id: null,
    status: null,
    from_day: null,
    to_day: null,
    customer_id: null,
    without_customer: false,
    refunded: false,
    ascending: false,
  };
}

class Orders extends DetailList<OrderLine, OrderQuery, OrderDetail> {
  rows = new PagedRows<OrderLine>((from, count) =>
    got(commands.orders($state.snapshot(this.query) as OrderQuery, from, count)),
  );

  protected fetch(id: number): Promise<OrderDetail> {
    return got(commands.order(id));
  }
}

export const orders = new Orders(allOrders());
