/** A gateway's SIP agent in a process of its own, for `sip-polls`: tells its port, answers until its input ends, tells the processor time that it took. */
import { openSipAgent } from "../server/nodes/gateway/sip-agent.ts";
import { addCall, bareGateway } from "../server/nodes/gateway/testing/gateway-with-calls.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import { processorSeconds, say } from "./figures.ts";

const host = "127.0.0.1";
const calls = Number(process.argv[2]);
const clock = systemClock();
const gateway = bareGateway(clock.now().mono);
for (let index = 1; index <= calls; index++) addCall(gateway, index, clock.now());
const common = { clock, counters: new Counters(), faults: new FaultTable(), credentials: null, software: "Tandem" };
const agent = await openSipAgent({ gateway, bind: { host, port: 0 }, trustedHosts: new Set([host]), ...common });
const before = processorSeconds();
say(String(agent.address.port));
await new Promise((resolve) => process.stdin.resume().on("end", resolve));
say(String(processorSeconds() - before));
await agent.close();
