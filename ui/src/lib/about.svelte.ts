// Whom the page in front is about, so that phrases from anywhere are filled in for the right person.
import type { About, PhraseAbout } from '../bindings';

export function aboutOf(about: Partial<About> & { promise_id?: number | null }): PhraseAbout {
  return {
    customer_id: about.customer_id ?? null,
    complaint_id: about.complaint_id ?? null,
    order_id: about.order_id ?? null,
    review_id: about.review_id ?? null,
    promise_id: about.promise_id ?? null,
  };
}

class InFront {
  about = $state.raw<PhraseAbout>(aboutOf({}));
  scene = $state('');
}

export const inFront = new InFront();

/** For a page, while it is mounted: says whom it is about. */
export function standsFor(read: () => { about: PhraseAbout; scene?: string }): void {
  $effect(() => {
    const { about, scene } = read();
    inFront.about = about;
    inFront.scene = scene ?? '';
    return () => {
      inFront.about = aboutOf({});
      inFront.scene = '';
    };
  });
}
