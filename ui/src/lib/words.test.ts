import { describe, expect, test } from 'vitest';
import en from '../../messages/en.json';
import zh from '../../messages/zh-CN.json';
import './i18n.svelte';
import { allFaultWords, failureWords } from './errors';
import { setLocale } from './paraglide/runtime';
import { privacy } from './privacy.svelte';

describe('words', () => {
  test('both languages say the same things with the same values', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    const values = (text: unknown) =>
      [...new Set(JSON.stringify(text).match(/\{(\w+)\}/g) ?? [])].sort();
    for (const key of Object.keys(zh) as (keyof typeof zh)[]) {
      expect(values(en[key]), key).toEqual(values(zh[key]));
    }
  });

  test('every failure says what happened; those a seller can mend say how', () => {
    for (const locale of ['zh-CN', 'en'] as const) {
      setLocale(locale, { reload: false });
      const words = failureWords({ code: 'unclosed_quote', details: { row: 3, column: 2 } });
      expect(words.what).toContain('3');
      expect(words.todo).not.toBe('');
      expect(failureWords({ code: 'never heard of', details: {} }).what).toContain(
        'never heard of',
      );
    }
    expect(Object.values(allFaultWords()).every((w) => w.length > 0)).toBe(true);
  });

  test('the privacy screen leaves the first character and the last four digits', () => {
    privacy.on = true;
    expect(privacy.name('𠮷一鸣')).toBe('𠮷**');
    expect(privacy.phone('139 0000 0001')).toBe('*** **** 0001');
    expect(privacy.text('某路 1 号')).toBe('••••');
    privacy.on = false;
    expect(privacy.name('张小满')).toBe('张小满');
  });
});
