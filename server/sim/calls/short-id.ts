/** Call ids of the simulator are numbers with many zeros in front: people read the rest. */
export function shortId(callId: string): string {
  return callId.replace(/^0+/, "");
}
