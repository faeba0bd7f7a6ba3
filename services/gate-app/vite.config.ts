/** Builds the gate's screen into dist, which the validator serves at `/`. */
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact()],
  // The page's policy allows scripts and modules from its own address only: nothing is inlined.
  build: { assetsInlineLimit: 0 },
  worker: { format: 'es' },
  server: { proxy: { '/v1': 'http://127.0.0.1:8090' } },
});
