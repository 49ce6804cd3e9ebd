// Nothing lies about that nobody uses: messages and commands are found by the names under which the window asks for them.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import zh from '../../messages/zh-CN.json';

const root = join(import.meta.dirname, '..');

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'paraglide' ? [] : sources(path);
    const counts = /\.(ts|svelte)$/.test(name) && !/\.test\.ts$|^bindings\.ts$/.test(name);
    return counts ? [readFileSync(path, 'utf8')] : [];
  });
}

describe('what the window has', () => {
  const all = sources(root).join('\n');

  test('every message is said somewhere', () => {
    const said = new Set([...all.matchAll(/\bm\.(\w+)/g)].map((found) => found[1]));
    // Put together from a word of the core: m[`review_is_${word}`].
    const stems = [...all.matchAll(/\bm\[\s*`(\w+)\$\{/g)].map((found) => found[1] ?? '');
    const unsaid = Object.keys(zh).filter(
      (key) =>
        !key.startsWith('$') && !said.has(key) && !stems.some((stem) => key.startsWith(stem)),
    );
    expect(unsaid).toEqual([]);
  });

  test('every command is called somewhere', () => {
    const bindings = readFileSync(join(root, 'bindings.ts'), 'utf8');
    const commands = bindings.slice(0, bindings.indexOf('/** Events */'));
    const names = [...commands.matchAll(/^\t(\w+): \([^\n]*__TAURI_INVOKE/gm)].map((f) => f[1]);
    expect(names.length).toBeGreaterThan(100);
    expect(
      names.filter((name) => !new RegExp(`commands\\s*\\.${String(name)}\\b`).test(all)),
    ).toEqual([]);
  });
});
