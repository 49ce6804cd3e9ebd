import { describe, expect, test } from 'vitest';
import { ERROR_CODES, REASONS_OF_REVIEWS, REASONS_OF_VALUES } from '../bindings';
import { failureWords, reason, reviewRefused } from './errors';
import { m } from './paraglide/messages';
import { setLocale } from './paraglide/runtime';

describe('every reason that the core gives', () => {
  for (const language of ['zh-CN', 'en'] as const) {
    test(`has words in ${language}`, () => {
      void setLocale(language, { reload: false });
      for (const word of REASONS_OF_VALUES) expect(reason(word), word).not.toBe('');
      for (const word of REASONS_OF_REVIEWS) expect(reviewRefused(word), word).not.toBe(word);
    });
  }
});

describe('every code of an error', () => {
  for (const language of ['zh-CN', 'en'] as const) {
    test(`has words in ${language}`, () => {
      void setLocale(language, { reload: false });
      const without = ERROR_CODES.filter((code) => {
        const details = { stage: 'soothe', reason: '', names: [] };
        return failureWords({ code, details }).what === m.err_other({ code });
      });
      expect(without).toEqual([]);
    });
  }
});
