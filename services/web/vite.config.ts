import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where `npm run dev` finds a running gateway. */
const gateway = { target: 'http://127.0.0.1:8080', ws: true };
const proxy = { '/socket.io': gateway, '/api': gateway };

export default defineConfig({
  plugins: [react()],
  resolve: { conditions: ['@oriel/source', 'module', 'browser', 'development|production'] },
  // The page is served under a Content-Security-Policy that knows neither inline scripts nor data: fonts.
  build: { outDir: 'dist', sourcemap: true, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy },
  preview: { proxy },
});
