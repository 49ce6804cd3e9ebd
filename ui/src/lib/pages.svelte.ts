// Rows of a long list, fetched a page at a time as they come into view.
import { SvelteMap } from 'svelte/reactivity';
import { failureOf } from './calls';
import { showFailure } from './toasts';

export type Page<T> = { total: number; rows: T[] };
type Fetch<T> = (from: number, count: number) => Promise<Page<T>>;

const PAGE = 100;
const KEPT = 60;

export class PagedRows<T> {
  total = $state(0);
  /** Whether the first answer has come. */
  ready = $state(false);
  #pages = new SvelteMap<number, readonly T[]>();
  // Not reactive on purpose: written from within effects.
  // eslint-disable-next-line svelte/prefer-svelte-reactivity
  #inflight = new Set<number>();
  #generation = 0;
  #fetch: Fetch<T>;
  #visible: [number, number] = [0, 0];

  constructor(fetch: Fetch<T>) {
    this.#fetch = fetch;
  }

  /** The row at a position; undefined while it is not here yet. */
  row(index: number): T | undefined {
    return this.#pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Fetches what these positions need. Call it untracked: it reads and writes the cache. */
  ensure(first: number, last: number): void {
    this.#visible = [first, last];
    const to = Math.floor(Math.max(first, last) / PAGE);
    for (let page = Math.floor(first / PAGE); page <= to; page++) {
      if (!this.#pages.has(page) && !this.#inflight.has(page)) void this.#load(page);
    }
  }

  /** Another query: everything is fetched anew. */
  restart(): void {
    this.#generation += 1;
    this.#inflight.clear();
    this.#visible = [0, 0];
    void this.#load(0, true);
  }

  /** The same query on a changed shop: what is in view is fetched anew, without a flash of emptiness. */
  refresh(): void {
    this.#generation += 1;
    this.#inflight.clear();
    const [first, last] = this.#visible;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity
    const pages = new Set([Math.floor(first / PAGE), Math.floor(last / PAGE)]);
    let clear = true;
    for (const page of pages) {
      void this.#load(page, clear);
      clear = false;
    }
  }

  async #load(page: number, clear = false): Promise<void> {
    const generation = this.#generation;
    this.#inflight.add(page);
    try {
      const answer = await this.#fetch(page * PAGE, PAGE);
      if (generation !== this.#generation) return;
      if (clear) this.#pages.clear();
      this.#pages.set(page, answer.rows);
      this.total = answer.total;
      this.ready = true;
      for (const old of this.#pages.keys()) {
        if (this.#pages.size <= KEPT) break;
        if (old !== page) this.#pages.delete(old);
      }
    } catch (thrown) {
      if (generation === this.#generation) {
        this.ready = true;
        showFailure(failureOf(thrown));
      }
    } finally {
      if (generation === this.#generation) this.#inflight.delete(page);
    }
  }
}
