/**
 * Work that follows a choice which can change while the work still runs. One piece runs at a time; of those asked for
 * meanwhile only the last one runs then, for it is what the person wants.
 */
export class Latest<A> {
  #work: (asked: A) => Promise<void>;
  #wanted = $state.raw<{ asked: A } | null>(null);

  constructor(work: (asked: A) => Promise<void>) {
    this.#work = work;
  }

  /** What was asked for last, until the work for it is over. */
  get wanted(): A | null {
    return this.#wanted?.asked ?? null;
  }

  get busy(): boolean {
    return this.#wanted !== null;
  }

  async ask(asked: A): Promise<void> {
    const first = this.#wanted === null;
    this.#wanted = { asked };
    if (!first) return;
    let done: { asked: A } | null = null;
    try {
      while (done !== this.#wanted) {
        done = this.#wanted;
        if (done) await this.#work(done.asked);
      }
    } finally {
      this.#wanted = null;
    }
  }
}
