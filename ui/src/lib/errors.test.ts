import { describe, expect, test } from 'vitest';
import { REASONS_OF_REVIEWS, REASONS_OF_VALUES } from '../bindings';
import { reason, reviewRefused } from './errors';
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
