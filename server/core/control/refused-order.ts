/** What becomes of an order that cannot be carried out: a fact with the reason, nothing else. */
import type { MemberEffect, Order } from "./member-state.ts";

export function refusedOrder(order: Order, because: string): MemberEffect {
  return { kind: "record", fact: { what: "order-refused", order, because }, durable: false };
}
