/** Builds the page and its service worker into `dist`, which the issuer serves at `/`. */
import { preact } from '@preact/preset-vite';
import { defineConfig } from 'vite';
import { VitePWA } from 'vite-plugin-pwa';

const issuer = process.env['ISSUER_URL'] ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  // No inline script: the issuer's content security policy forbids them.
  build: { target: 'es2022', modulePreload: { polyfill: false } },
  server: { proxy: { '/v1': issuer } },
  plugins: [
    preact(),
    VitePWA({
      injectRegister: null,
      manifest: {
        name: 'Vé động',
        short_name: 'Vé động',
        description: 'Mã vé metro và xe buýt trên điện thoại, dùng được khi không có mạng.',
        lang: 'vi',
        display: 'standalone',
        orientation: 'portrait',
        background_color: '#faf7f2',
        theme_color: '#0b5d5e',
        icons: [
          { src: 'icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        // The first visit is under the worker at once; a new version waits until the app is opened anew.
        clientsClaim: true,
        skipWaiting: false,
        inlineWorkboxRuntime: true,
        globPatterns: ['**/*.{html,js,css,svg,png}'],
        navigateFallbackDenylist: [/^\/(v1|\.well-known|healthz|readyz|metrics|openapi)/],
      },
    }),
  ],
});
