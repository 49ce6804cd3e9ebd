// The way of a file: chosen → recognised → checked → done. The numbers are the plan's; nothing is computed here.
import {
  commands,
  type Choices,
  type Decision,
  type Failure,
  type FileLook,
  type FileReport,
  type PlanView,
  type WaitingFile,
} from '../../bindings';
import { failureOf, got } from '../../lib/calls';
import { m } from '../../lib/paraglide/messages';
import { showFailure } from '../../lib/toasts';
import { desk } from '../shell/desk.svelte';

export type Step = 'choose' | 'planning' | 'ask' | 'check' | 'done';

/** Nothing chosen: everything as recognised. */
export function noChoices(): Choices {
  return {
    platform: null,
    encoding: null,
    sheet: null,
    mapping: null,
    shop: null,
    date_order: null,
    currency: null,
    time_zone: null,
    fixes: [],
  };
}

class Import {
  step = $state<Step>('choose');
  files = $state.raw<WaitingFile[]>([]);
  choices = $state<Record<number, Choices>>({});
  plan = $state(0);
  views = $state.raw<PlanView[]>([]);
  /** Which of the files is looked at. */
  current = $state(0);
  decisions = $state<Record<number, Record<number, Decision>>>({});
  /** The file that stands in the way, why, and what is known of it. */
  asked = $state.raw<{
    file: WaitingFile;
    failure: Failure;
    look: FileLook | null;
    /** The columns are mapped because the seller wants to, not because they must be. */
    wanted?: boolean;
  } | null>(null);
  reports = $state.raw<FileReport[]>([]);

  get view(): PlanView | undefined {
    return this.views[this.current];
  }

  /** Takes the files that wait and plans them. */
  async begin(): Promise<void> {
    const waiting = await desk.attempt(() => got(commands.waitingFiles()));
    if (!waiting || waiting.length === 0) return;
    if (this.plan !== 0) void commands.discardPlan(this.plan, []);
    this.files = waiting;
    for (const file of waiting) this.choices[file.id] ??= noChoices();
    this.current = 0;
    await this.replan();
  }

  async replan(): Promise<void> {
    this.step = 'planning';
    this.asked = null;
    if (this.plan !== 0) void commands.discardPlan(this.plan, []);
    this.plan = 0;
    try {
      const answer = await desk.watch(m.import_reading(), (task) =>
        got(
          commands.planFiles(
            this.files.map((f) => ({
              id: f.id,
              choices: $state.snapshot(this.choices[f.id] ?? noChoices()),
            })),
            task,
          ),
        ),
      );
      if (answer.failed) {
        const [file, failure] = answer.failed;
        await this.#ask(file, failure);
        return;
      }
      this.plan = answer.plan;
      this.views = answer.files;
      this.decisions = {};
      this.current = Math.min(this.current, answer.files.length - 1);
      this.step = 'check';
    } catch (thrown) {
      const failure = failureOf(thrown);
      showFailure(failure);
      if (failure.code === 'cancelled') await this.putAway();
      else this.step = 'choose';
    }
  }

  async #ask(file: WaitingFile, failure: Failure): Promise<void> {
    let look: FileLook | null = null;
    if (
      [
        'mapping_needed',
        'bad_mapping',
        'undecodable',
        'ambiguous_dates',
        'which_shop',
        'header_only',
      ].includes(failure.code)
    ) {
      const choices = {
        ...$state.snapshot(this.choices[file.id] ?? noChoices()),
        date_order: 'day_first' as const,
      };
      try {
        look = await got(commands.lookAtFile({ id: file.id, choices }));
      } catch {
        look = null; // the failure itself is what is shown
      }
    }
    this.asked = { file, failure, look };
    this.step = 'ask';
  }

  /** Another choice for a file, and the plan again. */
  async choose(id: number, change: Partial<Choices>): Promise<void> {
    this.choices[id] = { ...(this.choices[id] ?? noChoices()), ...change };
    await this.replan();
  }

  /** Maps columns of a file that is known, beginning with what is known of them. */
  async mapColumns(): Promise<void> {
    const view = this.view;
    if (!view) return;
    const choices = {
      ...$state.snapshot(this.choices[view.file.id] ?? noChoices()),
      date_order: 'day_first' as const,
    };
    const look = await desk.attempt(() => got(commands.lookAtFile({ id: view.file.id, choices })));
    if (!look) return;
    const failure: Failure = { code: 'mapping_needed', details: {} };
    this.asked = { file: view.file, failure, look, wanted: true };
    this.step = 'ask';
  }

  /** A corrected cell, and the plan again. */
  async fix(row: number, column: string, value: string): Promise<void> {
    const view = this.view;
    if (!view) return;
    const known = this.choices[view.file.id] ?? noChoices();
    const others = (known.fixes ?? []).filter((f) => f.row !== row || f.column !== column);
    await this.choose(view.file.id, { fixes: [...others, { row, column, value }] });
  }

  /** Leaves a file out. */
  async leaveOut(id: number): Promise<void> {
    void commands.discardPlan(0, [id]);
    this.files = this.files.filter((f) => f.id !== id);
    if (this.files.length === 0) await this.putAway();
    else await this.replan();
  }

  decide(question: number, decision: Decision): void {
    this.decisions[this.current] = { ...this.decisions[this.current], [question]: decision };
  }

  async apply(): Promise<void> {
    const decisions = this.views.map((_, index) =>
      Object.entries(this.decisions[index] ?? {}).map(([q, d]): [number, Decision] => [
        Number(q),
        d,
      ]),
    );
    try {
      this.reports = await desk.watch(m.import_writing(), (task) =>
        got(
          commands.applyPlan(
            this.plan,
            decisions,
            this.files.map((f) => f.id),
            task,
          ),
        ),
      );
      this.plan = 0;
      this.choices = {};
      this.step = 'done';
    } catch (thrown) {
      const failure = failureOf(thrown);
      showFailure(failure);
      if (failure.code === 'plan_stale' || failure.code === 'file_changed') await this.replan();
    }
  }

  async putAway(): Promise<void> {
    void commands.discardPlan(
      this.plan,
      this.files.map((f) => f.id),
    );
    this.plan = 0;
    this.files = [];
    this.views = [];
    this.choices = {};
    this.asked = null;
    this.reports = [];
    this.step = 'choose';
  }
}

export const importing = new Import();
