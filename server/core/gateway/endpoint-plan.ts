/** How a gateway's endpoints are named (`<prefix><index>@<gateway>`), and which of them a name or a wildcard means. */

export interface EndpointPlan {
  readonly name: string;
  readonly prefix: string;
  readonly count: number;
}

export function endpointName({ prefix, name }: EndpointPlan, index: number): string {
  return `${prefix}${index}@${name}`;
}

/** one endpoint; all of them (`*`); any free one (`$`); or no such name here. */
export type Addressed =
  | { readonly kind: "one"; readonly index: number }
  | { readonly kind: "all" }
  | { readonly kind: "any" }
  | { readonly kind: "none" };

/** Resolves a local endpoint name (`aaln/3@if-1`); names are not case sensitive (RFC 3435 2.1.1). */
export function addressEndpoint(plan: EndpointPlan, name: string): Addressed {
  const [local = "", domain = "", ...rest] = name.toLowerCase().split("@");
  const prefix = plan.prefix.toLowerCase();
  if (rest.length > 0 || domain !== plan.name.toLowerCase()) return { kind: "none" };
  if (local.includes("*")) return namesSubTree(prefix, local) ? { kind: "all" } : { kind: "none" };
  if (!local.startsWith(prefix)) return { kind: "none" };
  const last = local.slice(prefix.length);
  if (last === "$") return { kind: "any" };
  if (!/^[1-9]\d{0,5}$/.test(last) || Number(last) > plan.count) return { kind: "none" };
  return { kind: "one", index: Number(last) };
}

/**
 * All endpoints share one prefix, so that every sub-tree above them names all: of `ds/e1-1/7` the lists (ds, *), (ds, *, *) and (ds, e1-1, *).
 * Behind a `*` nothing but `*` may stand (RFC 3435 2.1.2).
 */
function namesSubTree(prefix: string, local: string): boolean {
  const terms = local.split("/");
  const tree = prefix.split("/").slice(0, -1);
  const first = terms.indexOf("*");
  return (
    terms.length <= tree.length + 1 &&
    terms.slice(0, first).every((term, i) => term === tree[i]) &&
    terms.slice(first).every((term) => term === "*")
  );
}
