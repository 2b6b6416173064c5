/** Listings that gear of others gives of its calls: osmo-mgw's VTY, Kamailio's JSON-RPC. */
import { readDialogList, rowsOfDialog } from "../server/drivers/kamailio-dialogs.ts";
import { rpcResultOf } from "../server/drivers/kamailio-rpc-result.ts";
import { textOf } from "../server/protocols/mgcp/text.ts";
import { parseVtyListing } from "../server/protocols/osmo-vty.ts";
import { textCorpus } from "./corpus.ts";
import { fuzzed } from "./decoder.ts";

/** What one reading of a listing gives to hold on to, at most; the socket's own bound is far above. */
const maxOctets = 131_072;

/** As the driver takes it: from the HTTP body to the rows. Every instant is a number or not known. */
function readDlgList(octets: Uint8Array) {
  const result = rpcResultOf({ kind: "answered", status: 200, body: Buffer.from(octets).toString("utf8") }, "kam-1:5060");
  const list = result.ok ? readDialogList(result.value) : null;
  if (list === null) return null;
  const moment = { now: { mono: 1_000, wall: 1_795_199_466_000 }, rttMs: 1, offsetMs: 0 };
  const rows = list.dialogs.flatMap((dialog) => rowsOfDialog("kam-1", dialog, moment, () => 1));
  for (const { setupAt, connectAt } of rows)
    for (const at of [setupAt, connectAt]) if (at !== null && !Number.isSafeInteger(at)) throw new Error(`${at} is no instant`);
  return { rows, unread: list.unread };
}

export const listingDecoders = [
  fuzzed({
    name: "osmo-vty",
    grammar: "text",
    corpus: () => textCorpus("osmo-vty.txt"),
    maxOctets,
    decode: (octets) => parseVtyListing(textOf(octets)),
    accepts: (result) => result.ok && result.value.connections.length > 0,
  }),
  fuzzed({
    name: "kamailio-dlg-list",
    grammar: "text",
    corpus: () => textCorpus("kamailio-dlg-list.txt"),
    maxOctets,
    decode: readDlgList,
    accepts: (read) => read !== null,
  }),
];
