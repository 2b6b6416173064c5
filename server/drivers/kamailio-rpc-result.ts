/** What Kamailio's HTTP answer to `dlg.list` says: the result of the JSON-RPC, or why there is none. Total: any body gives one of them. */
import type { AuditFailureKind } from "../core/polling/failure-kind.ts";
import type { BoundedFetch } from "../runtime/bounded-fetch.ts";

export type RpcResult =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly kind: AuditFailureKind; readonly sentence: string };

export function rpcResultOf(fetched: BoundedFetch, host: string): RpcResult {
  const failed = (kind: AuditFailureKind, sentence: string): RpcResult => ({ ok: false, kind, sentence });
  switch (fetched.kind) {
    case "timed-out":
      return failed("timeout", `no answer from ${host} to dlg.list`);
    case "no-address":
      return failed("timeout", fetched.reason);
    case "unreachable":
      return failed("refused", `no connection to ${host}: ${fetched.reason}`);
    case "too-large":
      return failed("other", `the answer of ${host} has more than ${fetched.octets} octets`);
    case "answered":
      break;
  }
  if (fetched.status === 401 || fetched.status === 403)
    return failed("unauthorized", `${host} does not let this server ask (HTTP ${fetched.status})`);
  const parsed = parsedJson(fetched.body);
  const error = (parsed as { error?: { message?: unknown } } | null)?.error;
  if (error != null)
    return failed("refused", `dlg.list was refused: ${typeof error.message === "string" ? error.message : "no reason given"}`);
  if (fetched.status !== 200) return failed("refused", `${host} answered HTTP ${fetched.status}`);
  if (parsed === null || typeof parsed !== "object" || !("result" in parsed)) return failed("malformed", "the answer is no JSON-RPC");
  return { ok: true, value: parsed.result };
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
