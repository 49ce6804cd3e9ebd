// Shipping: which template is edited, what stands in its form, what a look at it says.
import {
  commands,
  type FormCheck,
  type FormError,
  type Kind,
  type MethodForm,
  type TemplateForm,
  type TemplateLine,
} from '../../bindings';
import { got } from '../../lib/calls';
import { desk } from '../shell/desk.svelte';

export type Tab = 'templates' | 'calculator' | 'products' | 'couriers';

/** How long typing rests before the form is looked over. */
const REST = 150;

class ShippingState {
  tab = $state<Tab>('templates');
  templates = $state.raw<TemplateLine[]>([]);
  ready = $state(false);
  /** The template in the editor; null for one that is not saved yet. */
  id = $state<number | null>(null);
  kind = $state<Kind>('charge');
  courier = $state('');
  /** First days of the stored versions, and which of them is edited; null for a new version. */
  versions = $state.raw<string[]>([]);
  version = $state<string | null>(null);
  form = $state<TemplateForm | null>(null);
  /** Which of its methods is edited, tried and compared. */
  method = $state(0);
  /** Whether the full form was asked for, though the simple one could say it. */
  full = $state(false);
  check = $state.raw<FormCheck | null>(null);
  /** A calculator asked for from elsewhere: the order it is about. */
  wantedOrder = $state<number | null>(null);
  #saved = '';
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;

  get dirty(): boolean {
    return this.form !== null && this.#print() !== this.#saved;
  }

  #print(): string {
    return JSON.stringify([this.form, this.courier]);
  }

  /** The form as it is, without the framework's wrapping. */
  plain(): TemplateForm | null {
    return this.form === null ? null : ($state.snapshot(this.form) as TemplateForm);
  }

  /** The method that is edited. */
  get edited(): MethodForm | undefined {
    return this.form?.methods[this.#at] ?? this.form?.methods[0];
  }
  get #at(): number {
    return Math.min(this.method, (this.form?.methods.length ?? 1) - 1);
  }

  /** The place of the edited method, as the checks name places. */
  get where(): string {
    return `methods[${this.#at}]`;
  }

  /** The name of the method that is edited. */
  get methodName(): string | null {
    return this.form?.methods[this.method]?.method ?? null;
  }

  /** Whether the template is what the simple form can say: one fee for any number. */
  get simple(): boolean {
    return (
      !this.full &&
      this.form?.measure === 'piece' &&
      this.form.methods.length === 1 &&
      (this.edited?.rules.every((r) => r.first === '1' && r.step === '1' && r.step_fee === '0') ??
        true)
    );
  }

  get errors(): FormError[] {
    return this.check?.errors ?? [];
  }

  async refresh(): Promise<void> {
    const found = await desk.attempt(() => got(commands.templates()));
    if (found) this.templates = found;
    this.ready = true;
  }

  /** The shop changed, perhaps by an undo: what is shown follows, what is being typed stays. */
  async follow(): Promise<void> {
    await this.refresh();
    if (this.id === null || this.dirty) return;
    const line = this.templates.find((t) => t.id === this.id);
    if (line) await this.open(line, this.version ?? undefined);
    else this.close();
  }

  async open(line: TemplateLine, version?: string): Promise<void> {
    const stored = await desk.attempt(() => got(commands.templateForms(line.id)));
    if (!stored) return;
    const wanted = version ?? stored.line.versions[0] ?? '';
    const at = Math.max(0, stored.line.versions.indexOf(wanted));
    const form = stored.forms[at];
    if (!form) return;
    this.id = line.id;
    this.kind = stored.line.kind;
    this.courier = stored.line.courier;
    this.versions = stored.line.versions;
    this.version = stored.line.versions[at] ?? '';
    this.#take(form);
  }

  async blank(kind: Kind): Promise<void> {
    const form = await desk.attempt(() => got(commands.blankTemplate()));
    if (!form) return;
    this.id = null;
    this.kind = kind;
    this.courier = '';
    this.versions = [];
    this.version = null;
    this.#take(form);
    this.#saved = '';
  }

  /** A template from elsewhere: a file, a proposal. It is not saved yet. */
  adopt(form: TemplateForm): void {
    this.id = null;
    this.kind = 'charge';
    this.courier = '';
    this.versions = [];
    this.version = null;
    this.#take(form);
    this.#saved = '';
  }

  /** The same template from a day on. */
  newVersion(day: string): void {
    if (!this.form) return;
    this.form.valid_from = day;
    this.version = null;
  }

  close(): void {
    this.id = null;
    this.form = null;
    this.check = null;
  }

  #take(form: TemplateForm): void {
    this.form = form;
    this.method = Math.min(this.method, form.methods.length - 1);
    this.check = null;
    this.#saved = this.#print();
    void this.lookOver(true);
  }

  /** Puts a mended form in the place of the one that is edited. */
  mend(form: TemplateForm): void {
    this.form = form;
    void this.lookOver(true);
  }

  /** Looks the form over when typing rests. */
  touched(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.lookOver(true), REST);
  }

  async lookOver(deep: boolean): Promise<void> {
    const form = this.plain();
    if (!form) return;
    const mine = ++this.#asked;
    const check = await desk.attempt(() => got(commands.checkTemplate(form, deep)));
    if (check && mine === this.#asked) this.check = check;
  }

  async save(): Promise<boolean> {
    const form = this.plain();
    if (!form) return false;
    const id = await desk.attempt(() =>
      got(
        commands.saveTemplate({
          id: this.id,
          replaces: this.version,
          kind: this.kind,
          courier: this.courier,
          form,
        }),
      ),
    );
    if (id === undefined) return false;
    await this.refresh();
    const line = this.templates.find((t) => t.id === id);
    if (line) await this.open(line, form.valid_from);
    return true;
  }
}

export const shipping = new ShippingState();
