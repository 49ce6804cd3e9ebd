// Calls to the core: a value or a Failure, never a mix. Words for failures are in errors.ts.
import type { Failure } from '../bindings';

/** A failure as an exception, so that a page can await one call after another. */
export class CallFailed extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

type Answer<T> = { status: 'ok'; data: T } | { status: 'error'; error: Failure };

/** The value of a call, or CallFailed. */
export async function got<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call;
  if (answer.status === 'ok') return answer.data;
  const error: unknown = answer.error;
  if (typeof error === 'object' && error !== null && 'code' in error) {
    throw new CallFailed(answer.error);
  }
  // The bridge itself refused (a command that is not allowed, arguments that do not fit).
  throw new CallFailed({ code: 'internal', details: {} });
}

/** The failure inside anything that was thrown. */
export function failureOf(thrown: unknown): Failure {
  return thrown instanceof CallFailed ? thrown.failure : { code: 'internal', details: {} };
}

let lastTask = 0;
/** A number for long work, by which its progress comes back and it can be cancelled. */
export function taskNumber(): number {
  lastTask += 1;
  return lastTask;
}
