// The list of reviews: which list, the query, the window of rows.
import { commands, type ReviewLine, type ReviewQuery } from '../../bindings';
import { got } from '../../lib/calls';
import { PagedRows } from '../../lib/pages.svelte';
import { desk } from '../shell/desk.svelte';

export type ReviewTab = 'queue' | 'to_thank' | 'all' | 'learning';

const everyone = (): Required<ReviewQuery> => ({
  list: 'queue',
  text: '',
  rating: null,
  cause: null,
  outcome: null,
  product: null,
  customer_id: null,
  since: null,
});

/** What is being written about a review; it outlives its page until it is kept or sent. */
export type Writing = { kind: 'public' | 'private'; text: string; note: string };

class Reviews {
  readonly writing = new Map<number, Writing>();

  #tab = $state<ReviewTab>('queue');
  query = $state.raw<Required<ReviewQuery>>(everyone());
  selected = $state(0);
  /** In the queue, to thank, without a known buyer, all. */
  counts = $state.raw<[number, number, number, number]>([0, 0, 0, 0]);
  adding = $state(false);
  readonly rows = new PagedRows<ReviewLine>(async (from, count) => {
    const page = await got(commands.reviews(this.query, from, count));
    this.counts = page.counts;
    return page;
  });

  get tab(): ReviewTab {
    return this.#tab;
  }
  set tab(tab: ReviewTab) {
    this.#tab = tab;
    if (tab !== 'learning') this.ask({ ...everyone(), list: tab });
  }

  ask(change: Partial<ReviewQuery>): void {
    this.query = { ...this.query, ...change };
    this.selected = 0;
    this.rows.restart();
  }

  /** Whether more than the tab's own list is asked for. */
  get filtered(): boolean {
    const { list, ...rest } = this.query;
    const own = this.#tab === 'all' ? 'all' : this.#tab;
    const blank: Partial<ReviewQuery> = everyone();
    delete blank.list;
    return list !== own || JSON.stringify(rest) !== JSON.stringify(blank);
  }

  /** All reviews that fit, closed ones too. */
  show(change: Partial<ReviewQuery>): void {
    this.#tab = 'all';
    this.ask({ ...everyone(), list: 'all', ...change });
    desk.reviewId = null;
    desk.page = 'reviews';
  }
}

export const writingOf = (id: number): Writing =>
  reviews.writing.get(id) ?? { kind: 'public', text: '', note: '' };

export const reviews = new Reviews();

/** What was being written for a shop that is no longer there. */
export function forgetDrafts(): void {
  reviews.writing.clear();
}
