/** Return codes (RFC 3435 2.4) with their names, and what an unknown one counts as. */

export const returnCodes: ReadonlyMap<number, string> = new Map([
  [0, "Response Acknowledgement"],
  [100, "Transaction Being Executed"],
  [101, "Transaction Queued"],
  [200, "OK"],
  [250, "Connection Deleted"],
  [400, "Transient Error"],
  [401, "Phone Off Hook"],
  [402, "Phone On Hook"],
  [403, "No Resources Now"],
  [404, "Insufficient Bandwidth"],
  [405, "Endpoint Restarting"],
  [406, "Transaction Timed Out"],
  [407, "Transaction Aborted"],
  [409, "Processing Overload"],
  [410, "No Endpoint Available"],
  [500, "Endpoint Unknown"],
  [501, "Endpoint Not Ready"],
  [502, "No Resources"],
  [503, "All-of Wildcard Too Complicated"],
  [504, "Unknown Command"],
  [505, "Unsupported Remote Descriptor"],
  [506, "Cannot Satisfy Both Descriptors"],
  [507, "Unsupported Functionality"],
  [508, "Unsupported Quarantine Handling"],
  [509, "Remote Descriptor Error"],
  [510, "Protocol Error"],
  [511, "Unrecognized Extension"],
  [512, "Cannot Detect Event"],
  [513, "Cannot Generate Signal"],
  [514, "Cannot Send Announcement"],
  [515, "Incorrect Connection Id"],
  [516, "Unknown Call Id"],
  [517, "Unsupported Mode"],
  [518, "Unsupported Package"],
  [519, "No Digit Map"],
  [520, "Endpoint Restarting"],
  [521, "Redirected To Another Call Agent"],
  [522, "No Such Event Or Signal"],
  [523, "Unknown Action"],
  [524, "Inconsistent Local Options"],
  [525, "Unknown Local Option Extension"],
  [526, "Insufficient Bandwidth"],
  [527, "Missing Remote Descriptor"],
  [528, "Incompatible Protocol Version"],
  [529, "Internal Hardware Failure"],
  [530, "Signaling Protocol Error"],
  [531, "Trunk Group Failure"],
  [532, "Unsupported Local Option Value"],
  [533, "Response Too Large"],
  [534, "Codec Negotiation Failure"],
  [535, "Unsupported Packetization Period"],
  [536, "Unsupported Restart Method"],
  [537, "Unsupported Digit Map Extension"],
  [538, "Event Parameter Error"],
  [539, "Unsupported Command Parameter"],
  [540, "Connection Limit Exceeded"],
  [541, "Unsupported Local Option"],
]);

/** What an unknown code of that class counts as (RFC 3435 2.4). */
export function effectiveCode(code: number): number {
  if (returnCodes.has(code) || (code >= 800 && code <= 899)) return code;
  if (code < 100) return 0;
  if (code < 200) return 100;
  if (code < 300) return 200;
  if (code < 400) return 521;
  return code < 500 ? 400 : 510;
}

export function isProvisional(code: number): boolean {
  return code >= 100 && code < 200;
}
export function isSuccess(code: number): boolean {
  return code >= 200 && code < 300;
}
export function returnCodeText(code: number): string {
  return returnCodes.get(code) ?? returnCodes.get(effectiveCode(code)) ?? "Protocol Error";
}
