/** Builds the console into dist, which the operator serves at `/`. */
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [preact()],
  server: { proxy: { '/v1': 'http://127.0.0.1:8070' } },
});
