// The names of platforms as shops and accounts carry them.
import { getLocale } from './paraglide/runtime';

const NAMES: Record<string, [string, string]> = {
  taobao: ['淘宝', 'Taobao'],
  pdd: ['拼多多', 'Pinduoduo'],
  douyin: ['抖店', 'Douyin'],
  jd: ['京东', 'JD'],
  youzan: ['有赞', 'Youzan'],
  weidian: ['微店', 'Weidian'],
  wechat: ['微信小店', 'WeChat shop'],
  shopify: ['Shopify', 'Shopify'],
  woocommerce: ['WooCommerce', 'WooCommerce'],
  etsy: ['Etsy', 'Etsy'],
  ebay: ['eBay', 'eBay'],
  amazon: ['亚马逊', 'Amazon'],
  other: ['其他', 'Other'],
};

export const PLATFORMS = Object.keys(NAMES);

export function platformName(id: string): string {
  const names = NAMES[id];
  if (!names) return id;
  return getLocale() === 'en' ? names[1] : names[0];
}

/** A shop's name; one that no file has named yet goes by its platform. */
export function shopName(shop: { name: string; platform: string; named?: boolean }): string {
  return shop.named === false || shop.name === shop.platform
    ? platformName(shop.platform)
    : shop.name;
}
