/**
 * One set-up at a time in this folder: two that install or build at once would tear each other's files apart.
 * The second waits. A lock whose holder died is taken over; the holder is known by pid and start instant.
 */
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";
import { say } from "./console-output.mjs";

const folder = join(root, ".set-up");

/** Linux tells when a process started; elsewhere the pid must do. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function holderRuns(file) {
  try {
    const { pid, start } = JSON.parse(readFileSync(file, "utf8"));
    process.kill(pid, 0);
    return start === startOf(pid);
  } catch (error) {
    return error.code === "EPERM";
  }
}

export async function withSetUpLock(work, file = join(folder, "lock")) {
  mkdirSync(folder, { recursive: true });
  let told = false;
  for (;;) {
    try {
      const handle = openSync(file, "wx");
      writeSync(handle, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }));
      closeSync(handle);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (holderRuns(file)) {
      if (!told) say("Another set-up is at work in this folder; waiting for it …");
      told = true;
      await new Promise((done) => setTimeout(done, 250));
    } else {
      // Younger than a moment: its holder may be between making and filling it.
      await new Promise((done) => setTimeout(done, 100));
      if (!holderRuns(file)) rmSync(file, { force: true });
    }
  }
  const release = () => rmSync(file, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}
