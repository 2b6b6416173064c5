/** XML as a tree: elements with their namespace resolved, attributes, child elements, and the text directly inside. */

export interface XmlElement {
  /** The namespace's name; empty where there is none. */
  readonly namespace: string;
  /** Without its prefix. */
  readonly name: string;
  /** By name without prefix; those with a prefix, which belong to other vocabularies, are left out. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

export const xmlLimits = {
  octets: 16 * 1_048_576,
  depth: 16,
  elements: 500_000,
  /** Of one element. */
  attributes: 32,
  nameOctets: 128,
  valueOctets: 65_536,
} as const;

/** The first child of that name. */
export function childOf(element: XmlElement, namespace: string, name: string): XmlElement | null {
  for (const child of element.children) if (child.name === name && child.namespace === namespace) return child;
  return null;
}
