import { fileURLToPath } from 'node:url';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { paraglideOptions } from './paraglide.options.ts';

const host = process.env.TAURI_DEV_HOST;

export default defineConfig({
  plugins: [paraglideVitePlugin(paraglideOptions), tailwindcss(), svelte()],
  resolve: {
    alias: { $lib: fileURLToPath(new URL('./src/lib', import.meta.url)) },
  },
  // Tauri: keep Rust errors on screen, fixed port, do not watch src-tauri.
  clearScreen: false,
  envPrefix: ['VITE_', 'TAURI_ENV_'],
  server: {
    port: 1420,
    strictPort: true,
    host: host || '127.0.0.1',
    hmr: host ? { protocol: 'ws', host, port: 1421 } : undefined,
    watch: { ignored: ['**/src-tauri/**'] },
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Tailwind 4 itself needs Safari 16.4+/Chrome 111+; WebKitGTK 2.40+ is fine.
    target: process.env.TAURI_ENV_PLATFORM === 'windows' ? 'chrome111' : 'safari16.4',
    minify: process.env.TAURI_ENV_DEBUG === 'true' ? false : 'oxc',
    sourcemap: process.env.TAURI_ENV_DEBUG === 'true',
  },
});
