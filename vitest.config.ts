/**
 * Two kinds of test: unit tests stay in one process and below a second a file; integration tests start real
 * processes and sockets and therefore run one file after another.
 */
import { defineConfig } from "vitest/config";

const neverOurs = ["node_modules/**", "dist/**", ".next/**", "data/**", "e2e/**"];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
          include: ["{app,server,db,bench,fuzz}/**/*.test.ts", "{app,server}/**/*.test.tsx"],
          exclude: [...neverOurs, "**/*.integration.test.ts"],
        },
      },
      {
        test: {
          name: "layer",
          include: ["checks/**/*.test.ts"],
          exclude: neverOurs,
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: ["**/*.integration.test.ts"],
          exclude: neverOurs,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          // Most start the compiled programs, as a user does.
          globalSetup: "./scripts/test-build.mjs",
        },
      },
    ],
  },
});
