// What a code page is called beside its name: the language whose computers write it.
import { m } from '../../lib/paraglide/messages';

const LANGUAGES: Record<string, () => string> = {
  GB18030: m.script_simplified,
  Big5: m.script_traditional,
  Shift_JIS: m.script_japanese,
  'EUC-JP': m.script_japanese,
  'ISO-2022-JP': m.script_japanese,
  'EUC-KR': m.script_korean,
  'windows-1252': m.script_western,
  'windows-1250': m.script_central,
  'windows-1251': m.script_cyrillic,
  'windows-1253': m.script_greek,
  'windows-1254': m.script_turkish,
  'windows-1255': m.script_hebrew,
  'windows-1256': m.script_arabic,
  'windows-1257': m.script_baltic,
  'windows-1258': m.script_vietnamese,
  'windows-874': m.script_thai,
  'ISO-8859-2': m.script_central,
  'ISO-8859-5': m.script_cyrillic,
  'ISO-8859-6': m.script_arabic,
  'ISO-8859-7': m.script_greek,
  'ISO-8859-8': m.script_hebrew,
  'ISO-8859-8-I': m.script_hebrew,
  'ISO-8859-15': m.script_western,
  'KOI8-R': m.script_cyrillic,
  'KOI8-U': m.script_cyrillic,
  IBM866: m.script_cyrillic,
  macintosh: m.script_western,
  'x-mac-cyrillic': m.script_cyrillic,
};

/** `windows-1254 · Turkish` */
export function encodingName(name: string): string {
  const language = LANGUAGES[name]?.();
  return language ? `${name} · ${language}` : name;
}
