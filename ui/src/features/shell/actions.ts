// What the palette can do: where to go, what to begin. `words` are what people type for it, in both languages and in
// pinyin.
import { m } from '../../lib/paraglide/messages';
import { privacy } from '../../lib/privacy.svelte';
import { complaints, type CaseTab } from '../complaints/state.svelte';
import { reviews, type ReviewTab } from '../reviews/state.svelte';
import { shipping, type Tab } from '../shipping/state.svelte';
import { desk } from './desk.svelte';

export type Action = { id: string; label: () => string; words: string; run: () => void };

const go = (tab: Tab) => {
  shipping.tab = tab;
  desk.page = 'shipping';
};
const showCases = (tab: CaseTab) => {
  complaints.tab = tab;
  desk.caseId = null;
  desk.page = 'complaints';
};
const showReviews = (tab: ReviewTab) => {
  reviews.tab = tab;
  desk.reviewId = null;
  desk.page = 'reviews';
};
const careActions = [
  {
    id: 'recognise',
    label: m.recognise_title,
    words: 'who recognise card 这是谁 认人 zheshishei zss',
    run: () => (desk.recogniseOpen = true),
  },
  {
    id: 'take-in',
    label: m.complaint_new,
    words: 'complaint new 投诉 记投诉 tousu ts',
    run: () => (desk.takeIn = { customer_id: null, order_id: null }),
  },
  {
    id: 'contact',
    label: m.contact_record,
    words: 'contact call message 联系记录 电话 lianxi lx',
    run: () => (desk.contact = { about: {} }),
  },
  {
    id: 'promise',
    label: m.promise_new,
    words: 'promise 承诺 答应 chengnuo cn',
    run: () => (desk.promise = { about: {} }),
  },
  {
    id: 'complaints',
    label: () => `${m.nav_complaints()} · ${m.cases_list()}`,
    words: 'complaints list 投诉列表 tousu ts',
    run: () => showCases('list'),
  },
  {
    id: 'board',
    label: () => `${m.nav_complaints()} · ${m.cases_board()}`,
    words: 'complaints board 投诉看板 tousu kanban ts',
    run: () => showCases('board'),
  },
  {
    id: 'causes',
    label: () => `${m.nav_complaints()} · ${m.cases_causes()}`,
    words: 'causes fixes 原因 改进 yuanyin gaijin',
    run: () => showCases('causes'),
  },
  {
    id: 'reviews',
    label: () => `${m.nav_reviews()} · ${m.reviews_queue()}`,
    words: 'reviews ratings 评价 差评 pingjia chaping pj',
    run: () => showReviews('queue'),
  },
  {
    id: 'reviews-learning',
    label: () => `${m.nav_reviews()} · ${m.reviews_learning()}`,
    words: 'reviews scores dsr 评价原因 店铺评分 pingfen',
    run: () => showReviews('learning'),
  },
  {
    id: 'reviews-add',
    label: m.review_add,
    words: 'reviews add import 录入评价 导入评价 pingjia',
    run: () => {
      showReviews('queue');
      reviews.adding = true;
    },
  },
  {
    id: 'phrases',
    label: m.nav_phrases,
    words: 'phrases 话术 huashu hs',
    run: () => (desk.page = 'phrases'),
  },
];
const shippingActions = [
  {
    id: 'shipping',
    label: () => `${m.nav_shipping()} · ${m.tab_templates()}`,
    words: 'shipping templates 运费模板 yunfei muban yf',
    run: () => go('templates'),
  },
  {
    id: 'calculator',
    label: () => `${m.nav_shipping()} · ${m.tab_calculator()}`,
    words: 'calculator fee 计算运费 jisuan js',
    run: () => go('calculator'),
  },
  {
    id: 'products',
    label: () => `${m.nav_shipping()} · ${m.tab_products()}`,
    words: 'products weight 商品重量成本 shangpin sp',
    run: () => go('products'),
  },
  {
    id: 'couriers',
    label: () => `${m.nav_shipping()} · ${m.tab_couriers()}`,
    words: 'couriers scorecard bill 快递成绩账单 kuaidi kd',
    run: () => go('couriers'),
  },
];
/** Everything the palette can do besides finding somebody or something. */
export const ACTIONS: readonly Action[] = [
  {
    id: 'today',
    label: m.nav_today,
    words: 'today 今日 jinri jr',
    run: () => (desk.page = 'today'),
  },
  ...careActions,
  {
    id: 'customers',
    label: m.nav_customers,
    words: 'customers 客户 kehu kh',
    run: () => (desk.page = 'customers'),
  },
  {
    id: 'orders',
    label: m.nav_orders,
    words: 'orders 订单 dingdan dd',
    run: () => (desk.page = 'orders'),
  },
  ...shippingActions,
  {
    id: 'import',
    label: m.nav_import,
    words: 'import 导入 daoru dr',
    run: () => desk.menu('import'),
  },
  {
    id: 'history',
    label: m.history_title,
    words: 'history imports 导入记录 jilu',
    run: () => (desk.page = 'import'),
  },
  {
    id: 'matches',
    label: m.matches_title,
    words: 'review matches 待确认 queren',
    run: () => (desk.page = 'matches'),
  },
  {
    id: 'export',
    label: m.export_customers,
    words: 'export 导出 daochu dc',
    run: () => desk.menu('export'),
  },
  {
    id: 'backup',
    label: m.backup_now,
    words: 'backup 备份 beifen bf',
    run: () => desk.menu('backup'),
  },
  { id: 'undo', label: m.undo, words: 'undo 撤销 chexiao cx', run: () => desk.menu('undo') },
  { id: 'redo', label: m.redo, words: 'redo 重做 chongzuo cz', run: () => desk.menu('redo') },
  {
    id: 'privacy',
    label: m.privacy_title,
    words: 'privacy hide 遮住 隐私 yinsi',
    run: () => privacy.toggle(),
  },
  {
    id: 'settings',
    label: m.nav_settings,
    words: 'settings 设置 shezhi sz',
    run: () => (desk.page = 'settings'),
  },
  {
    id: 'keys',
    label: m.keys_title,
    words: 'keys shortcuts 快捷键 kuaijiejian',
    run: () => (desk.keysOpen = true),
  },
];
