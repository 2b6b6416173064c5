/**
 * One set-up at a time in this folder: two that install or build at once would tear each other's files apart.
 * The second waits. A lock whose holder died is taken over; the holder is known by pid and start instant.
 *
 * The lock is a row of numbered files, and the highest number holds. Whoever finds that holder gone makes the next
 * number, which the file system grants to one only; nobody ever deletes a file to free the way, since two who both
 * judged the old one dead would then delete each other's.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";
import { say } from "./console-output.mjs";

/** Between making its file and filling it a holder has written nothing yet. */
const fillingMs = 1_000;

/** Linux tells when a process started; elsewhere the pid must do. */
function startOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return "";
  }
}

function runs(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function isHeld(file) {
  let text;
  try {
    text = readFileSync(file, "utf8");
    if (text === "") return Date.now() - statSync(file).mtimeMs < fillingMs;
  } catch {
    return true; // The next number has come and this one was cleared away: look again.
  }
  try {
    const { pid, start } = JSON.parse(text);
    return runs(pid) && start === startOf(pid);
  } catch {
    return false;
  }
}

function numbers(folder) {
  return readdirSync(folder).flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/** The file that now holds for this process, or null when somebody else was first. */
function take(folder, number) {
  const file = join(folder, String(number));
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid, start: startOf(process.pid) }), { flag: "wx" });
  } catch (error) {
    if (error.code === "EEXIST") return null;
    throw error;
  }
  const all = numbers(folder);
  if (Math.max(...all) !== number) {
    rmSync(file, { force: true });
    return null;
  }
  for (const older of all) if (older < number) rmSync(join(folder, String(older)), { force: true });
  return file;
}

export async function withSetUpLock(work, folder = join(root, ".set-up", "lock.d")) {
  mkdirSync(folder, { recursive: true });
  let told = false;
  let file = null;
  while (file === null) {
    const highest = Math.max(0, ...numbers(folder));
    if (highest === 0 || !isHeld(join(folder, String(highest)))) {
      file = take(folder, highest + 1);
      continue;
    }
    if (!told) say("Another set-up is at work in this folder; waiting for it …");
    told = true;
    await new Promise((done) => setTimeout(done, 250));
  }
  // The number stays, so that it is never given twice; only its holder is struck out.
  const release = () => writeFileSync(file, "{}");
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.off("exit", release);
    release();
  }
}
