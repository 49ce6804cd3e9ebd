// The tree of regions, fetched once.
/* eslint-disable svelte/prefer-svelte-reactivity -- values that are given out whole and never changed afterwards */
import { commands, type RegionGroup } from '../../bindings';
import { got } from '../../lib/calls';
import { m } from '../../lib/paraglide/messages';
import { desk } from '../shell/desk.svelte';

export type Region = { code: string; name: string; parent: string };

class RegionTree {
  all = $state.raw<Map<string, Region>>(new Map());
  children = $state.raw<Map<string, Region[]>>(new Map());
  groups = $state.raw<RegionGroup[]>([]);
  #asked = false;

  load(): void {
    if (this.#asked) return;
    this.#asked = true;
    void desk.attempt(async () => {
      const found = await got(commands.regions());
      const all = new Map<string, Region>();
      const children = new Map<string, Region[]>();
      for (const [code, name, parent] of found.all) {
        const region = { code, name, parent };
        all.set(code, region);
        const siblings = children.get(parent);
        if (siblings) siblings.push(region);
        else children.set(parent, [region]);
      }
      this.all = all;
      this.children = children;
      this.groups = found.groups;
    });
  }

  /** A region's name; a code that is not in the tree stands for itself. */
  name(code: string): string {
    if (code === 'default') return m.region_default();
    if (code === 'everywhere') return m.region_everywhere();
    return this.all.get(code)?.name ?? code;
  }

  /** What a region lies in, the nearest first. */
  above(code: string): string[] {
    const path: string[] = [];
    for (let at = this.all.get(code)?.parent; at; at = this.all.get(at)?.parent) path.push(at);
    return path;
  }

  /** Whether a region is chosen, by itself or by what it lies in. */
  holds(chosen: ReadonlySet<string>, code: string): boolean {
    return chosen.has(code) || this.above(code).some((up) => chosen.has(up));
  }

  /** Whether something inside a region is chosen. */
  holdsInside(chosen: ReadonlySet<string>, code: string): boolean {
    return [...chosen].some((one) => this.above(one).includes(code));
  }

  /** The choice with a region put in. */
  with(chosen: ReadonlySet<string>, code: string): Set<string> {
    const next = new Set([...chosen].filter((one) => !this.above(one).includes(code)));
    next.add(code);
    return next;
  }

  /** The choice with a region taken out; where what it lies in was chosen, its siblings stay, but for those taken elsewhere. */
  without(
    chosen: ReadonlySet<string>,
    code: string,
    taken: ReadonlySet<string> = new Set(),
  ): Set<string> {
    const next = new Set(chosen);
    if (next.delete(code)) return next;
    const path = this.above(code);
    const outer = path.find((up) => next.has(up));
    if (outer === undefined) return next;
    next.delete(outer);
    for (const up of path.slice(0, path.indexOf(outer) + 1)) {
      for (const sibling of this.children.get(up) ?? []) {
        const stays = sibling.code !== code && !path.includes(sibling.code);
        if (stays && !taken.has(sibling.code)) next.add(sibling.code);
      }
    }
    return next;
  }
}

export const regionTree = new RegionTree();

const GROUPS: Record<string, () => string> = {
  jiangzhehu: m.group_jiangzhehu,
  jiangzhehuwan: m.group_jiangzhehuwan,
  zhusanjiao: m.group_zhusanjiao,
  jingjinji: m.group_jingjinji,
  north: m.group_north,
  northeast: m.group_northeast,
  east: m.group_east,
  central_south: m.group_central_south,
  southwest: m.group_southwest,
  northwest: m.group_northwest,
  remote: m.group_remote,
  overseas: m.group_overseas,
  all: m.group_all,
};

/** What sellers call a group. */
export function groupName(id: string): string {
  return GROUPS[id]?.() ?? id;
}
