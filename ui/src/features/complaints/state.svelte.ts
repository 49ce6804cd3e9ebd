// The list of cases: the query, the window of rows, which tab is shown.
import { commands, type CaseLine, type CaseQuery } from '../../bindings';
import { got } from '../../lib/calls';
import { desk } from '../shell/desk.svelte';
import { PagedRows } from '../../lib/pages.svelte';

export type CaseTab = 'list' | 'board' | 'causes';

export const allCases = (): Required<CaseQuery> => ({
  text: '',
  stages: [],
  clock: null,
  cause: null,
  product: null,
  courier: null,
  customer_id: null,
  order_id: null,
  closed: false,
});

class Complaints {
  tab = $state<CaseTab>('list');
  query = $state.raw<Required<CaseQuery>>(allCases());
  selected = $state(0);
  readonly rows = new PagedRows<CaseLine>((from, count) =>
    got(commands.complaints(this.query, from, count)),
  );

  ask(change: Partial<CaseQuery>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.rows.restart();
  }

  /** All cases of a person, closed ones too. */
  showOf(customer: number): void {
    this.tab = 'list';
    this.ask({ ...allCases(), closed: true, customer_id: customer });
    desk.caseId = null;
    desk.page = 'complaints';
  }

  get filtered(): boolean {
    return JSON.stringify(this.query) !== JSON.stringify(allCases());
  }
}

export const complaints = new Complaints();
