/** Asks operator interfaces from inside a network namespace: one JSON request a line in, one JSON reply a line out, in order. */
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  const { url, token, body } = JSON.parse(line);
  const reply = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: AbortSignal.timeout(2000),
  }).then(
    async (response) => ({ status: response.status, value: await response.json() }),
    (error) => ({ status: 0, value: String(error) }),
  );
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}
