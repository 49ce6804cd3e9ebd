// The seller's rules as the settings show them: read and saved one after the other, so that of two changes neither is lost.
import { commands, type Rules } from '../../bindings';
import { got } from '../../lib/calls';
import { desk } from '../shell/desk.svelte';

class SellerRules {
  now = $state.raw<Rules | null>(null);
  #last: Promise<void> = Promise.resolve();

  #then(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    return this.#last;
  }

  #read = async (): Promise<void> => {
    await desk.attempt(async () => {
      this.now = await got(commands.rules());
    });
  };

  look(): Promise<void> {
    return this.#then(this.#read);
  }

  /** Saves a change of the rules as they are by then. What is refused is read back, so that the field shows what is in force. */
  set(change: (rules: Rules) => Partial<Rules>): Promise<void> {
    return this.#then(async () => {
      if (!this.now) return;
      const wanted = { ...this.now, ...change(this.now) };
      if (await desk.attempt(() => got(commands.setRules(wanted)))) {
        this.now = wanted;
      } else {
        this.now = null;
        await this.#read();
      }
    });
  }
}
export const sellerRules = new SellerRules();
