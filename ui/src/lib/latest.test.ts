import { expect, test, vi } from 'vitest';
import { Latest } from './latest.svelte';

test('of what is asked for while work runs only the last is done, one after the other', async () => {
  const done: string[] = [];
  const ends: (() => void)[] = [];
  const latest = new Latest<string>(async (asked) => {
    done.push(asked);
    await new Promise<void>((end) => ends.push(end));
  });
  const all = latest.ask('a');
  void latest.ask('b');
  void latest.ask('c');
  expect(done).toEqual(['a']);
  expect(latest.wanted).toBe('c');
  ends[0]?.();
  await vi.waitFor(() => expect(done).toEqual(['a', 'c']));
  expect(latest.busy).toBe(true);
  ends[1]?.();
  await all;
  expect(latest.busy).toBe(false);
});

test('work that fails ends the waiting', async () => {
  const latest = new Latest<string>(() => Promise.reject(new Error('no')));
  await expect(latest.ask('a')).rejects.toThrow('no');
  expect(latest.busy).toBe(false);
});
