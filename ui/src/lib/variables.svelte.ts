// The names of variables as the window's language has them. Blanks of the seller's own are their own name.
import { commands, type VariableName } from '../bindings';
import { getLocale } from './paraglide/runtime';

class Variables {
  all = $state.raw<VariableName[]>([]);
  #asked = false;

  /** Asks for them once. */
  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    void commands.phraseVariables().then((all) => (this.all = all));
  }

  words(name: string): string {
    const known = this.all.find((v) => v.name === name || v.name_zh === name);
    return known ? (getLocale() === 'en' ? known.name : known.name_zh) : name;
  }

  /** The name as somebody says it, for a box that is to be filled in: the next update, 下次答复. */
  label(name: string): string {
    return (this.words(name).split('.').pop() ?? name).replaceAll('_', ' ');
  }

  /** A phrase with the names of its variables in the window's language. */
  text(phrase: string): string {
    return phrase.replace(/\{([^{}]+)\}/g, (_, name: string) => `{${this.words(name)}}`);
  }
}

export const variables = new Variables();
