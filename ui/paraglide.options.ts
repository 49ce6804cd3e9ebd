import type { CompilerOptions } from '@inlang/paraglide-js';

/** Shared by vite.config.ts and vitest.config.ts; keep `npm run i18n` in package.json equal. */
export const paraglideOptions: CompilerOptions = {
  project: './project.inlang',
  outdir: './src/lib/paraglide',
  // Must match the CLI default used by `npm run i18n`, or dev/test/build write different trees.
  outputStructure: 'message-modules',
  strategy: ['localStorage', 'preferredLanguage', 'baseLocale'],
};
