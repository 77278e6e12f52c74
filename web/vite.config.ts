import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vitest/config'

// No source maps and no inlined scripts: the server's policy lets a page run only files of its own.
export default defineConfig({
    plugins: [vue()],
    build: { target: 'es2020', chunkSizeWarningLimit: 900, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
    server: { proxy: { '/v1': 'http://127.0.0.1:8080' }, fs: { allow: ['..'] } }, // words stand in tables of packs/
    test: { include: ['tests/*.test.ts'], environment: 'node' },
})
