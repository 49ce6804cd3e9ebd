// A list beside the detail of one of its rows: the query, the rows, which one is shown.
import { failureOf } from './calls';
import { type PagedRows } from './pages.svelte';
import { showFailure } from './toasts';

export abstract class DetailList<Line extends { id: number }, Query extends object, Detail> {
  query = $state() as Query;
  selected = $state(0);
  shownId = $state<number | null>(null);
  detail = $state.raw<Detail | null>(null);
  abstract readonly rows: PagedRows<Line>;

  constructor(query: Query) {
    this.query = query;
  }

  protected abstract fetch(id: number): Promise<Detail>;

  /** The row under the cursor, where it is loaded. */
  get cursor(): Line | undefined {
    return this.rows.row(this.selected);
  }

  /** Another query: back to the top. */
  ask(change: Partial<Query>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.rows.restart();
  }

  /** Shows one row's detail; what is gone meanwhile is shown no more. */
  async show(id: number | null): Promise<void> {
    this.shownId = id;
    if (id === null) {
      this.detail = null;
      return;
    }
    try {
      const detail = await this.fetch(id);
      if (this.shownId === id) this.detail = detail;
    } catch (thrown) {
      if (this.shownId !== id) return;
      this.detail = null;
      this.shownId = null;
      const failure = failureOf(thrown);
      if (failure.code !== 'not_found') showFailure(failure);
    }
  }

  /**
   * For the page of this list, while it is mounted: what the shop changes is read again, and the row under the
   * cursor of the table is the one that is shown.
   */
  follow(revision: () => number): void {
    $effect(() => {
      revision();
      this.rows.refresh();
      void this.show(this.shownId);
    });
    $effect(() => {
      const inTable = document.activeElement?.getAttribute('role') === 'grid';
      if (this.cursor && this.cursor.id !== this.shownId && inTable) void this.show(this.cursor.id);
    });
  }
}
