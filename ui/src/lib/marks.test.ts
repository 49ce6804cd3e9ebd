import { describe, expect, test } from 'vitest';
import { marked, markHidden } from './marks';

describe('characters that nobody sees', () => {
  test('are shown as marks, and nothing else is touched', () => {
    expect(marked('\u001b[2J张\u202e三\u009b\u007f\u2066好')).toBe(
      '⟪ESC⟫[2J张⟪RLO⟫三⟪009B⟫⟪DEL⟫⟪LRI⟫好',
    );
    expect(marked('一\n二\t三\r\n𠮷😊 é')).toBe('一\n二\t三\n𠮷😊 é');
  });

  test('wherever they come onto the page, and fields keep what they hold', async () => {
    const root = document.createElement('div');
    root.innerHTML = '<p>a\u202eb</p>';
    markHidden(root);
    expect(root.textContent).toBe('a⟪RLO⟫b');
    const line = document.createElement('p');
    line.textContent = 'c\u001bd';
    const field = document.createElement('input');
    field.value = 'e\u202ef';
    root.append(line, field);
    await new Promise((done) => requestAnimationFrame(done));
    expect(line.textContent).toBe('c⟪ESC⟫d');
    expect(field.value).toBe('e\u202ef');
    (line.firstChild as Text).data = 'x\u2066y';
    await new Promise((done) => requestAnimationFrame(done));
    expect(line.textContent).toBe('x⟪LRI⟫y');
  });
});
