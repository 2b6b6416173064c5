/** The pages: Next's request handler, from the production build where there is one. Without a build the console still serves everything else. */
import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import path from "node:path";
import type { Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { developmentPolicy, noScripts, type PagePolicy, readPagePolicy } from "./page-policy.ts";

export interface Pages {
  readonly buildId: string;
  readonly policy: PagePolicy;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Hot reload in development; null otherwise. */
  readonly upgrade: ((request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>) | null;
  close(): Promise<void>;
}

export async function openPages(host: string, port: number, server: Server): Promise<Pages> {
  const root = projectRoot();
  const development = process.env.TANDEM_PAGES === "dev";
  const folder = development ? ".next" : builtPages(root);
  const buildId = development ? "development" : readBuildId(root, folder);
  if (buildId === null) return withoutBuild();
  if (!development) process.env.TANDEM_PAGES_FOLDER = folder; // read by next.config.ts
  process.env.NEXT_TELEMETRY_DISABLED = "1";
  const { default: createNext } = await import("next");
  const next = (createNext as unknown as CreateNext)({
    dev: development,
    dir: root,
    hostname: host,
    port,
    httpServer: server,
    quiet: true,
  });
  await next.prepare();
  const handle = next.getRequestHandler();
  const policy = development ? developmentPolicy : readPagePolicy(path.join(root, folder));
  return { buildId, policy, handle, upgrade: development ? next.getUpgradeHandler() : null, close: () => next.close() };
}

/** The part of Next that is used here; its own type does not survive the import of a CommonJS default. */
type CreateNext = (options: { dev: boolean; dir: string; hostname: string; port: number; httpServer: Server; quiet: boolean }) => {
  prepare(): Promise<void>;
  getRequestHandler(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  getUpgradeHandler(): (request: IncomingMessage, socket: Duplex, head: Buffer) => Promise<void>;
  close(): Promise<void>;
};

/** The folder with `app/`, from the sources and from `dist/` alike. */
function projectRoot(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (!existsSync(path.join(folder, "next.config.ts"))) {
    const parent = path.dirname(folder);
    if (parent === folder) return process.cwd();
    folder = parent;
  }
  return folder;
}

/** The newest build, relative to the root; see scripts/builds.mjs. */
function builtPages(root: string): string {
  try {
    return path.join(".pages", readFileSync(path.join(root, ".pages", "current"), "utf8").trim());
  } catch {
    return ".next";
  }
}

function readBuildId(root: string, folder: string): string | null {
  try {
    return readFileSync(path.join(root, folder, "BUILD_ID"), "utf8").trim();
  } catch {
    return null;
  }
}

function withoutBuild(): Pages {
  const text =
    "The pages are not built yet. `npm start` builds them; `npm run set-up` builds them without starting anything.\nThe command line and /api work without them.\n";
  return {
    buildId: "unbuilt",
    policy: noScripts,
    upgrade: null,
    handle: async (_request, response) => {
      response.writeHead(503, { "content-type": "text/plain; charset=utf-8", "retry-after": "5" });
      response.end(text);
    },
    close: async () => {},
  };
}
