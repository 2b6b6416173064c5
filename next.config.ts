/** How the pages are built. They are static shells; the console node serves them and everything live itself. */
import type { NextConfig } from "next";

const config: NextConfig = {
  // The console serves from a copy of the build, so that a new build does not pull the pages from under it.
  distDir: process.env.TANDEM_PAGES_FOLDER ?? ".next",
  // Native or with side effects: never part of the bundle.
  serverExternalPackages: ["better-sqlite3", "pg", "pino"],
  // Types are checked once, by `npm test`, over the whole tree.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  devIndicators: false,
  // Once seen, a page's shell stays usable while the console is down: its content comes over the link anyway.
  experimental: { staleTimes: { static: 86_400, dynamic: 86_400 } },
};

export default config;
