/**
 * End-to-end tests: a real lab (started once, on free ports, in a folder of its own) and a real browser.
 * One worker: the tests kill nodes of the one lab, so they take turns.
 */
import { defineConfig } from "@playwright/test";

const executablePath = process.env.TANDEM_CHROMIUM;

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/start-lab.ts",
  workers: 1,
  fullyParallel: false,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  reporter: "list",
  use: {
    // Set by start-lab before the workers start.
    baseURL: process.env.TANDEM_URL,
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath === undefined || executablePath === "" ? {} : { executablePath }),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
