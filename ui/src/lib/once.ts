/**
 * Wraps work so that a second call while the first still runs does nothing: a key that is held, or pressed twice,
 * keeps one thing and not two.
 */
export function once<A extends unknown[]>(
  work: (...asked: A) => Promise<void>,
): (...asked: A) => Promise<void> {
  let running = false;
  return async (...asked) => {
    if (running) return;
    running = true;
    try {
      await work(...asked);
    } finally {
      running = false;
    }
  };
}
