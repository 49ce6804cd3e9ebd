import { beforeEach, describe, expect, test } from 'vitest';
import './i18n.svelte';
import { ago, bytes, date, dateTime, money, phone, shortRegion } from './format';
import { setLocale } from './paraglide/runtime';

describe('values on the screen', () => {
  beforeEach(() => setLocale('zh-CN', { reload: false }));

  test('money has its currency and its own number of decimals', () => {
    expect(money(348650, 'CNY')).toBe('¥3,486.50');
    expect(money(1200, 'JPY')).toContain('1,200');
    expect(money(1200, 'KRW')).toContain('1,200');
    expect(money(12345, 'KWD')).toContain('12.345');
    expect(money(null, 'CNY')).toBe('–');
    expect(money(0, null)).toBe('–');
  });

  test('how long ago is said in the largest unit that fits', () => {
    const now = Date.UTC(2026, 10, 22, 12) / 1000;
    expect(ago(now - 3 * 86400, now)).toBe('3天前');
    setLocale('en', { reload: false });
    expect(ago(now - 40 * 86400, now)).toBe('6 wk. ago');
    expect(ago(null, now)).toBe('–');
    // By the days of this computer, wherever it is.
    const midnight = new Date(2026, 10, 22).getTime() / 1000;
    expect(ago(midnight - 60, midnight + 60)).toBe('yesterday');
    expect(ago(midnight, midnight + 86_000)).toBe('today');
  });

  test('numbers are grouped, regions shortened, sizes rounded', () => {
    expect(phone('13900000001')).toBe('139 0000 0001');
    expect(phone('+31612345678')).toBe('+31612345678');
    expect(shortRegion('新疆维吾尔自治区')).toBe('新疆');
    expect(shortRegion('北京市')).toBe('北京');
    expect(bytes(1536)).toBe('1.5 KB');
  });

  test("times are by the clock of the order's shop", () => {
    const at = Date.UTC(2026, 2, 1, 16, 30) / 1000;
    expect(dateTime(at, 'Asia/Shanghai')).toBe('2026-03-02 00:30');
    expect(date(at, 'Europe/Amsterdam')).toBe('2026-03-01');
    expect(dateTime(at, 'Not/AZone')).toMatch(/^2026-03-0[12] \d\d:30$/);
    expect(dateTime(null)).toBe('');
  });
});
