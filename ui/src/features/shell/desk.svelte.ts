// The frame around every page: what is open, which page, preferences, running work, undo.
import {
  commands,
  events,
  type About,
  type ContactChannel,
  type DeskState,
  type Failure,
  type MadePromise,
  type Owner,
  type Preferences,
} from '../../bindings';
import { failureOf, got, taskNumber } from '../../lib/calls';
import { followClock } from '../../lib/clock';
import { m } from '../../lib/paraglide/messages';
import { getLocale, setLocale } from '../../lib/paraglide/runtime';
import { privacy } from '../../lib/privacy.svelte';
import { showCopied, showDone, showFailure } from '../../lib/toasts';
import { opWords } from '../../lib/ops';

/** Pages of the navigation in their order, which is also that of Ctrl 1, Ctrl 2… */
export const PAGES = [
  'today',
  'customers',
  'orders',
  'shipping',
  'complaints',
  'reviews',
  'phrases',
  'import',
  'settings',
] as const;
export type PageName = (typeof PAGES)[number] | 'matches';
/** A contact to be written down: with whom, and what is known of it already. */
export type ContactAsk = {
  about: About;
  text?: string;
  channel?: ContactChannel;
  /** They wrote or called, as a start. */
  incoming?: boolean;
  onsaved?: () => void;
};
/** A promise to be made, or one to be corrected. */
export type PromiseAsk = { about: About; promise?: MadePromise };
/** A complaint to be taken in. */
export type TakeInAsk = { customer_id: number | null; order_id: number | null };
export type Theme = '' | 'light' | 'dark';

export type Work = { task: number; label: string; phase: string; done: number; total: number };

class Desk {
  state = $state.raw<DeskState | null>(null);
  page = $state<PageName>('today');
  /** Grows when the shop changes; lists read it to look again. */
  revision = $state(0);
  preferences = $state.raw<Required<Preferences>>({
    language: '',
    theme: '',
    customer_columns: [],
    export: '',
    remind_at: null,
  });
  work = $state<Work | null>(null);
  dragging = $state(false);
  dark = $state(false);
  paletteOpen = $state(false);
  keysOpen = $state(false);
  exportAsked = $state(0);
  /** A customer or order to show when its page opens. */
  wantedCustomer = $state<number | null>(null);
  wantedOrder = $state<number | null>(null);
  /** The orders page shows those that name no customer. */
  wantedNobodys = $state(false);
  /** The complaint whose page is open; the list where none is. */
  caseId = $state<number | null>(null);
  /** The review whose page is open; the list where none is. */
  reviewId = $state<number | null>(null);
  /** A file that was dropped on the list of reviews. */
  reviewFile = $state<number | null>(null);
  recogniseOpen = $state(false);
  /** Whether today's list was shown once. */
  todayReady = $state(false);
  contact = $state.raw<ContactAsk | null>(null);
  promise = $state.raw<PromiseAsk | null>(null);
  takeIn = $state.raw<TakeInAsk | null>(null);
  filesArrived = $state(0);
  failure = $state.raw<Failure | null>(null);

  get empty(): boolean {
    return this.state !== null && this.state.customers === 0 && this.state.orders === 0;
  }

  /** Opens the shop, again if it could not be opened before, and takes what it says of the look. */
  async open(): Promise<void> {
    this.caseId = null;
    this.reviewId = null;
    // Both are on their way at once; why there are no preferences is said only where the shop did open.
    const preferences = commands.preferences();
    await this.refresh();
    if (this.failure === null)
      await this.attempt(async () => {
        this.preferences = { ...this.preferences, ...(await got(preferences)) };
      });
    this.applyLook();
    // What does not open has not said yet how it wants to look.
    if (this.failure === null) this.looked = true;
  }

  /** Tries quietly whether the shop can be opened by now. */
  async lookAgain(): Promise<void> {
    await this.refresh();
    if (this.failure === null) await this.open();
  }

  async start(): Promise<void> {
    await this.open();
    await Promise.all([
      events.shopChanged.listen(() => {
        this.revision += 1;
        void this.refresh();
      }),
      events.filesArrived.listen((e) => this.#arrived(e.payload.files)),
      events.dragOver.listen((e) => (this.dragging = e.payload.over)),
      events.taskProgress.listen((e) => {
        if (this.work?.task === e.payload.task) this.work = { ...this.work, ...e.payload };
      }),
      events.menuChosen.listen((e) => this.menu(e.payload.id)),
    ]);
    const waiting = await got(commands.waitingFiles());
    if (waiting.length > 0) this.#arrived(waiting.map((f) => f.id));
  }

  /** Files for the case or review that is open belong to it; any others are orders. */
  #arrived(files: number[]): void {
    const open: Owner | null =
      this.page === 'complaints' && this.caseId !== null
        ? { of: 'complaint', id: this.caseId }
        : this.page === 'reviews' && this.reviewId !== null
          ? { of: 'review', id: this.reviewId }
          : null;
    if (open !== null) void this.attach((task) => got(commands.attachFiles(open, files, task)));
    else if (this.page === 'reviews' && files[0] !== undefined && files.length === 1)
      // On the list of reviews a file is one of reviews.
      this.reviewFile = files[0];
    else {
      this.filesArrived += 1;
      this.page = 'import';
    }
  }

  /** Adds files to a case, with progress. */
  async attach(work: (task: number) => Promise<{ count: number }>): Promise<void> {
    const added = await this.attempt(() => this.watch(m.attaching(), work));
    if (added && added.count > 0)
      showDone(m.attached({ count: added.count }), () => void this.undo());
  }

  async refresh(): Promise<void> {
    try {
      this.state = await got(commands.deskState());
      this.failure = this.state.failure;
      followClock(this.state.now);
    } catch (thrown) {
      this.failure = failureOf(thrown);
    }
  }

  /** Whether language and theme are known: before that no page asks for words. */
  looked = $state(false);

  /** Language and theme as preferred, else as the system has them. */
  applyLook(): void {
    const language = this.preferences.language || this.state?.system_language || 'zh-CN';
    setLocale(language === 'en' ? 'en' : 'zh-CN', { reload: false });
    void commands.setLanguage(getLocale());
    const dark = this.preferences.theme
      ? this.preferences.theme === 'dark'
      : matchMedia('(prefers-color-scheme: dark)').matches;
    this.dark = dark;
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }

  async prefer(change: Partial<Preferences>): Promise<void> {
    this.preferences = { ...this.preferences, ...change };
    this.applyLook();
    await this.attempt(() => got(commands.setPreferences(this.preferences)));
  }

  /** Runs something and shows why it failed, if it did. */
  async attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      showFailure(failureOf(thrown));
      return undefined;
    }
  }

  /** Runs long work with its progress in the status line. Throws what the work throws. */
  async watch<T>(label: string, work: (task: number) => Promise<T>): Promise<T> {
    const task = taskNumber();
    this.work = { task, label, phase: '', done: 0, total: 0 };
    try {
      return await work(task);
    } finally {
      if (this.work?.task === task) this.work = null;
    }
  }

  cancelWork(): void {
    if (this.work) void commands.cancelTask(this.work.task);
  }

  /** Whether there was something, and it worked. */
  async undo(): Promise<boolean> {
    const change = await this.attempt(() => got(commands.undo()));
    if (change) showDone(m.undone({ what: opWords(change.op, privacy.text(change.subject)) }));
    return change !== undefined;
  }

  /** Whether there was something, and it worked. */
  async redo(): Promise<boolean> {
    const change = await this.attempt(() => got(commands.redo()));
    if (change) showDone(m.redone({ what: opWords(change.op, privacy.text(change.subject)) }));
    return change !== undefined;
  }

  async backup(): Promise<void> {
    const taken = await this.attempt(() => got(commands.backupNow()));
    if (taken) showDone(m.backup_done());
  }

  /** A copy at a place of the seller's choice, with the files of complaints and reviews. */
  async backupElsewhere(): Promise<void> {
    const made = await this.attempt(() =>
      this.watch(m.backup_elsewhere(), (task) => got(commands.backupElsewhere(task))),
    );
    if (made) showCopied(m.backup_made({ file: made.file }), made);
  }

  showCustomer(id: number): void {
    this.wantedCustomer = id;
    this.page = 'customers';
  }

  showOrder(id: number): void {
    this.wantedOrder = id;
    this.page = 'orders';
  }

  /** The orders whose buyer the platform hides. */
  showNobodysOrders(): void {
    this.wantedNobodys = true;
    this.page = 'orders';
  }

  showComplaint(id: number): void {
    this.caseId = id;
    this.page = 'complaints';
  }

  showReview(id: number): void {
    this.reviewId = id;
    this.page = 'reviews';
  }

  async chooseFiles(): Promise<void> {
    await this.attempt(() => got(commands.pickFiles()));
  }

  async demo(): Promise<void> {
    await this.attempt(() =>
      this.watch(m.demo_making(), (task) => got(commands.makeDemo(3000, task))),
    );
    this.page = 'today';
  }

  async openOwn(): Promise<void> {
    await this.attempt(() => got(commands.switchBook('own')));
    this.caseId = null;
    this.reviewId = null;
    this.page = 'today';
  }

  /** Carries out a menu entry. */
  menu(id: string): void {
    switch (id) {
      case 'undo':
        void this.undo();
        break;
      case 'redo':
        void this.redo();
        break;
      case 'import':
        this.page = 'import';
        void this.chooseFiles();
        break;
      case 'export':
        this.page = 'customers';
        this.exportAsked += 1;
        break;
      case 'backup':
        void this.backup();
        break;
      case 'reveal':
        void this.attempt(() => got(commands.revealData()));
        break;
      case 'palette':
        this.paletteOpen = true;
        break;
      case 'privacy':
        privacy.toggle();
        break;
      case 'keys':
        this.keysOpen = true;
        break;
    }
  }
}

export const desk = new Desk();
