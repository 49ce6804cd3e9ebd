// The scenes of phrases in words; a category of the seller's own is its own name.
import { m } from '../../lib/paraglide/messages';

const SCENES: Record<string, () => string> = {
  greeting: m.scene_greeting,
  product_question: m.scene_product_question,
  bargaining: m.scene_bargaining,
  out_of_stock: m.scene_out_of_stock,
  ordered: m.scene_ordered,
  shipped: m.scene_shipped,
  delayed: m.scene_delayed,
  arrived: m.scene_arrived,
  after_sale: m.scene_after_sale,
  soothe: m.scene_soothe,
  respond: m.scene_respond,
  empathise: m.scene_empathise,
  compensate: m.scene_compensate,
  follow_up: m.scene_follow_up,
  promise: m.scene_promise,
  review_positive: m.scene_review_positive,
  review_neutral: m.scene_review_neutral,
  review_negative: m.scene_review_negative,
  review_invitation: m.scene_review_invitation,
  invitation: m.scene_invitation,
  birthday: m.scene_birthday,
  holiday: m.scene_holiday,
  win_back: m.scene_win_back,
};

export const sceneWords = (scene: string): string => SCENES[scene]?.() ?? scene;
