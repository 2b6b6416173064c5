/** One size of the scale run in a process of its own, so that its memory is its own: two numbers in, one line of JSON out. */
import { scaleRun } from "../calls/scale/scale-run.ts";

const [gateways, calls] = process.argv.slice(2).map(Number);
if (gateways === undefined || calls === undefined) throw new Error("two numbers are needed: gateways and calls");
const result = scaleRun({ gateways, calls }, { now: () => performance.now(), memory: () => process.memoryUsage().rss });
const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
const cpuMs = Math.round((userCPUTime + systemCPUTime) / 1000);
process.stdout.write(`${JSON.stringify({ ...result, peakOctets: maxRSS * 1024, cpuMs })}\n`);
