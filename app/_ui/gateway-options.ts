/** The gateways to choose from. One that only the address names stays visible, because it filters, and is marked as unknown. Pure. */

type GatewayOption = string | readonly [value: string, text: string];

/** `names` null: the site is not known yet, so nothing can be called unknown. */
export function gatewayOptions(names: readonly string[] | null, chosen: string | null): GatewayOption[] {
  if (chosen === null || names?.includes(chosen)) return [...(names ?? [])];
  return names === null ? [chosen] : [...names, [chosen, `${chosen}, not of this site`]];
}
