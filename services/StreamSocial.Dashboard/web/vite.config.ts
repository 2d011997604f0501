import { defineConfig } from "vite";

// Fixed names: the files are copied beside the program at each build, and old ones shall not pile up there.
export default defineConfig({
  build: {
    outDir: "../wwwroot",
    emptyOutDir: true,
    target: "es2022",
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: { entryFileNames: "app.js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" },
    },
  },
});
