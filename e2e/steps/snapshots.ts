/** Changes the console's snapshots on their way to the page, to see states that a healthy lab never shows. */
import type { Page } from "@playwright/test";
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";

type Change = (snapshot: ConsoleSnapshot) => ConsoleSnapshot;

/** The snapshot may lie directly under `data` or, tracked, one level below. */
function rewrite(value: unknown, change: Change): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => rewrite(item, change));
  if ("verdict" in value && "gateways" in value) return change(value as ConsoleSnapshot);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, key === "result" || key === "data" ? rewrite(item, change) : item]),
  );
}

/** Before the page is opened. Everything else passes unchanged. */
export async function changeSnapshots(page: Page, change: Change): Promise<void> {
  await page.routeWebSocket(/\/trpc/, (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => {
      const text = message.toString();
      socket.send(text.startsWith("{") || text.startsWith("[") ? JSON.stringify(rewrite(JSON.parse(text), change)) : text);
    });
  });
}
