/** Datagrams picked out by hand in a scenario: the next few of a kind are lost, or arrive later. */
import type { LinkMessage } from "../core/control/link-message.ts";
import type { NodeName } from "../core/identity.ts";

interface Interceptor {
  readonly kind: LinkMessage["kind"];
  readonly from: NodeName;
  readonly to: NodeName;
  left: number;
  /** null = lost. */
  readonly holdMs: number | null;
}

export class Interceptors {
  private list: Interceptor[] = [];

  get empty(): boolean {
    return this.list.length === 0;
  }

  /** @param from,to a node, or `*` for any */
  drop(kind: LinkMessage["kind"], from: NodeName, to: NodeName, count: number): void {
    this.list.push({ kind, from, to, left: count, holdMs: null });
  }

  /** The next one only. */
  hold(kind: LinkMessage["kind"], from: NodeName, to: NodeName, ms: number): void {
    this.list.push({ kind, from, to, left: 1, holdMs: ms });
  }

  clear(): void {
    this.list = [];
  }

  /** How much later the datagram arrives; null = never. */
  take(from: NodeName, to: NodeName, kind: LinkMessage["kind"]): number | null {
    const found = this.list.find((one) => one.kind === kind && matches(one.from, from) && matches(one.to, to));
    if (found === undefined) return 0;
    found.left -= 1;
    if (found.left <= 0) this.list = this.list.filter((one) => one !== found);
    return found.holdMs;
  }
}

function matches(pattern: string, name: NodeName): boolean {
  return pattern === "*" || pattern === name;
}
