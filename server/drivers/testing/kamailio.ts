/**
 * A real Kamailio on loopback: proxy with the dialog module, presence server of the dialog package fed by pua_dialoginfo, JSON-RPC over HTTP. It keeps
 * everything in memory but for the tables of db_text that its modules insist on, which lie in a folder of their own.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, type RealProgram, requireProgram, startProgram } from "../../runtime/testing/real-program.ts";

export interface Kamailio {
  readonly port: number;
  readonly rpcUrl: string;
  readonly folder: string;
  readonly program: RealProgram;
  stop(): Promise<void>;
}

const tables = ["version", "pua", "presentity", "active_watchers", "watchers", "xcap"];
const schemas = "/usr/share/kamailio/dbtext/kamailio";

/** @param bobPort where calls to `bob` go */
export async function startKamailio(bobPort: number): Promise<Kamailio> {
  const path = requireProgram("kamailio", "kamailio, kamailio-presence-modules");
  const folder = mkdtempSync(join(tmpdir(), "tandem-kamailio-"));
  const database = join(folder, "db");
  mkdirSync(database);
  for (const table of tables) cpSync(join(schemas, table), join(database, table));
  const port = await freePort();
  const configuration = join(folder, "kamailio.cfg");
  writeFileSync(configuration, configurationText(port, bobPort, database));
  const words = ["-DD", "-E", "-m", "32", "-M", "8", "-f", configuration, "-P", join(folder, "pid"), "-w", folder];
  const program = startProgram(path, words, folder);
  const rpcUrl = `http://127.0.0.1:${port}/RPC`;
  try {
    await answering(rpcUrl, program);
  } catch (error) {
    await program.stop();
    throw error;
  }
  return {
    port,
    rpcUrl,
    folder,
    program,
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Its HTTP answers as soon as its workers run. */
async function answering(url: string, program: RealProgram): Promise<void> {
  let over = false;
  void program.ended.then(() => {
    over = true;
  });
  for (let attempt = 0; attempt < 200 && !over; attempt++) {
    const answered = await fetch(url, { method: "POST", body: '{"jsonrpc":"2.0","method":"core.version","id":1}' }).then(
      (response) => response.ok,
      () => false,
    );
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Kamailio did not start:\n${program.said()}`);
}

const modules = [
  ...["jsonrpcs", "kex", "db_text", "tm", "sl", "rr", "pv", "textops", "siputils", "xhttp"],
  ...["presence", "presence_dialoginfo", "pua", "dialog", "pua_dialoginfo"],
];

function configurationText(port: number, bobPort: number, database: string): string {
  return `#!KAMAILIO
debug=1
log_stderror=yes
children=1
tcp_children=1
auto_aliases=no
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
tcp_accept_no_cl=yes
${modules.map((module) => `loadmodule "${module}.so"`).join("\n")}
modparam("jsonrpcs", "transport", 1)
modparam("rr", "enable_full_lr", 1)
modparam("presence", "server_address", "sip:127.0.0.1:${port}")
modparam("presence", "db_url", "text://${database}")
modparam("presence", "subs_db_mode", 0)
modparam("presence", "publ_cache", 1)
modparam("pua", "db_url", "text://${database}")
modparam("pua", "db_mode", 0)
modparam("pua", "outbound_proxy", "sip:127.0.0.1:${port}")
modparam("dialog", "dlg_match_mode", 1)
modparam("pua_dialoginfo", "include_callid", 1)
modparam("pua_dialoginfo", "include_tags", 1)
request_route {
  if (is_method("SUBSCRIBE|PUBLISH")) {
    if (!t_newtran()) { sl_reply_error(); exit; }
    if (is_method("SUBSCRIBE")) handle_subscribe(); else handle_publish();
    t_release();
    exit;
  }
  if (is_method("OPTIONS")) { sl_send_reply("200", "Keepalive"); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); exit; }
    if (is_method("ACK")) { if (t_check_trans()) t_relay(); exit; }
    sl_send_reply("481", "No such dialog");
    exit;
  }
  if (is_method("INVITE")) { record_route(); dlg_manage(); }
  if ($rU != "bob") { sl_send_reply("404", "Not here"); exit; }
  $du = "sip:127.0.0.1:${bobPort}";
  t_relay();
}
event_route[xhttp:request] {
  if ($hu =~ "^/RPC") { jsonrpc_dispatch(); exit; }
  xhttp_reply("404", "Not Found", "text/plain", "");
}
`;
}
