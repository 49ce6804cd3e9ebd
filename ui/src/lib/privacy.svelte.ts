// The privacy screen: names, numbers and addresses are hidden on every page at once.

class Privacy {
  on = $state(false);

  toggle(): void {
    this.on = !this.on;
  }

  /** A name: its first character stays. */
  name(text: string): string {
    if (!this.on || text === '') return text;
    const [first = '', ...rest] = text;
    return first + '*'.repeat(Math.min(3, Math.max(1, rest.length)));
  }

  /** A number: its last four digits stay. */
  phone(text: string): string {
    if (!this.on) return text;
    return text.replace(/\d(?=(?:\D*\d){4})/g, '*');
  }

  /** An address or a free text: nothing stays. */
  text(text: string): string {
    return this.on && text !== '' ? '••••' : text;
  }
}

export const privacy = new Privacy();
