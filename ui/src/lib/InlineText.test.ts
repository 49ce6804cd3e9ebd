import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { describe, expect, test, vi } from 'vitest';
import InlineText from './InlineText.svelte';

describe('a text edited in place', () => {
  test('Enter saves what changed, Escape takes it back', async () => {
    const onsave = vi.fn();
    const user = userEvent.setup();
    render(InlineText, { value: '爽快', label: '性格', onsave });
    await user.click(screen.getByRole('button'));
    await user.keyboard('慢热{Enter}');
    expect(onsave).toHaveBeenCalledExactlyOnceWith('慢热');
    await user.click(screen.getByRole('button'));
    await user.keyboard('别的{Escape}');
    expect(onsave).toHaveBeenCalledOnce();
  });

  test('what is hidden cannot be edited by mistake', async () => {
    const user = userEvent.setup();
    render(InlineText, {
      value: '秘密',
      label: '备注',
      hidden: true,
      veil: '秘*',
      onsave: vi.fn(),
    });
    expect(screen.getByRole('button')).toHaveAccessibleName('备注: 秘*');
    await user.click(screen.getByRole('button'));
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(screen.queryByText('秘密')).toBeNull();
  });
});
