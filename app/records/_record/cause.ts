/** Names of release causes (ITU-T Q.850, table 1): those that a telephone site meets. */

const names: Readonly<Record<number, string>> = {
  1: "unallocated number",
  2: "no route to transit network",
  3: "no route to destination",
  6: "channel unacceptable",
  16: "normal clearing",
  17: "user busy",
  18: "no user responding",
  19: "no answer, user alerted",
  20: "subscriber absent",
  21: "call rejected",
  22: "number changed",
  26: "non-selected user clearing",
  27: "destination out of order",
  28: "invalid number format",
  29: "facility rejected",
  31: "normal, unspecified",
  34: "no circuit available",
  38: "network out of order",
  41: "temporary failure",
  42: "switching equipment congestion",
  43: "access information discarded",
  44: "requested circuit not available",
  47: "resource unavailable",
  50: "facility not subscribed",
  55: "incoming calls barred",
  57: "bearer capability not authorized",
  58: "bearer capability not available",
  63: "service not available",
  65: "bearer capability not implemented",
  69: "facility not implemented",
  79: "service not implemented",
  81: "invalid call reference",
  88: "incompatible destination",
  96: "mandatory element missing",
  97: "message type not existing",
  100: "invalid element contents",
  102: "recovery on timer expiry",
  111: "protocol error",
  127: "interworking, unspecified",
};

/** `16, normal clearing`; null is said as such, never guessed. */
export function causeName(cause: number | null): string {
  if (cause === null) return "not reported";
  const name = names[cause];
  return name === undefined ? `${cause}` : `${cause}, ${name}`;
}
