import {
  Virtualizer,
  elementScroll,
  observeElementOffset,
  observeElementRect,
  type PartialKeys,
  type VirtualItem,
  type VirtualizerOptions,
} from '@tanstack/svelte-virtual';

type Options<S extends Element, I extends Element> = PartialKeys<
  VirtualizerOptions<S, I>,
  'observeElementRect' | 'observeElementOffset' | 'scrollToFn'
>;

export interface RuneVirtualizer<S extends Element, I extends Element> {
  readonly items: VirtualItem[];
  readonly totalSize: number;
  /** For imperative calls: scrollToIndex, measureElement, measure. */
  readonly instance: Virtualizer<S, I>;
}

/** Runes wrapper. `options` is a function: all $state/$props read in it are tracked. Call in component init. */
export function createRuneVirtualizer<S extends Element, I extends Element>(
  options: () => Options<S, I>,
): RuneVirtualizer<S, I> {
  let items = $state.raw<VirtualItem[]>([]);
  let totalSize = $state(0);

  const sync = (v: Virtualizer<S, I>) => {
    items = v.getVirtualItems();
    totalSize = v.getTotalSize();
  };
  const resolve = (o: Options<S, I>): VirtualizerOptions<S, I> => ({
    observeElementRect,
    observeElementOffset,
    scrollToFn: elementScroll,
    ...o,
    onChange: (v, isScrolling) => {
      sync(v);
      o.onChange?.(v, isScrolling);
    },
  });

  // Real options arrive in the effect, once the scroll element is bound.
  const instance = new Virtualizer<S, I>(
    resolve({ count: 0, getScrollElement: () => null, estimateSize: () => 0 }),
  );
  $effect(() => instance._didMount());
  $effect(() => {
    instance.setOptions(resolve(options()));
    instance._willUpdate();
    sync(instance);
  });

  return {
    get items() {
      return items;
    },
    get totalSize() {
      return totalSize;
    },
    instance,
  };
}
