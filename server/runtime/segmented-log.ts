/**
 * An append-only file of JSON lines, cut into segments of bounded size and number: what journal and outbox are made of.
 * Invariants: a line is either whole or not there (a torn tail is cut at the next start, a failed write is taken back at once);
 * sequence numbers go on over restarts, even when every line is gone, because a segment is named after its first number;
 * only the newest segment can be torn, because a segment is synced before the next one is begun.
 */
import {
  closeSync,
  existsSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { syncFolder, writeAll } from "./durable-file.ts";
import { StorageError } from "./storage-error.ts";

export interface SegmentedLogOptions {
  readonly folder: string;
  /** Segments are `<name>-<first sequence>.ndjson`. */
  readonly name: string;
  readonly maxSegmentOctets: number;
  readonly maxSegments: number;
  /** Of the first entry in an empty folder; 1 unless told. */
  readonly firstSequence?: number | undefined;
  /** First line of each new segment, for what must not be lost with the dropped ones. */
  readonly headLine?: () => string | null;
  /** Hears of a segment that was dropped only because there were too many. */
  readonly onOverflow?: (firstSequence: number) => void;
}

/** One line of a segment as it was written: any JSON object. Lines with a `sequence` are entries, others are notes. */
export type StoredLine = Readonly<Record<string, unknown>>;

const newline = 10;

export class SegmentedLog {
  private readonly options: SegmentedLogOptions;
  /** First sequence of each segment, rising; the last one is open for writing. */
  private segments: number[] = [];
  private file = -1;
  private size = 0;
  private last = 0;
  /** True while half a line may stand at the end, because a failed write could not be taken back. */
  private tornTail = false;
  /** Background syncs that run now, by descriptor. */
  private readonly syncing = new Map<number, number>();
  /** Descriptors of finished segments that a background sync still uses: closed too early, their number could mean another file. */
  private readonly retired = new Set<number>();
  /** Lines found unreadable when the log was opened. */
  damagedLines = 0;
  /** Octets cut from the end of the newest segment when the log was opened. */
  cutOctets = 0;

  constructor(options: SegmentedLogOptions) {
    this.options = options;
    try {
      mkdirSync(options.folder, { recursive: true });
      this.segments = this.foundSegments();
      if (this.segments.length === 0) this.begin(options.firstSequence ?? 1);
      else this.recover();
    } catch (error) {
      if (error instanceof StorageError) throw error;
      throw new StorageError("open", join(options.folder, options.name), error);
    }
  }

  get lastSequence(): number {
    return this.last;
  }

  get segmentCount(): number {
    return this.segments.length;
  }

  /** No entry below this is kept. */
  get oldestSequence(): number {
    return this.segments[0] ?? 1;
  }

  /** Where numbering must go on although no line says so. */
  raiseLastSequence(sequence: number): void {
    this.last = Math.max(this.last, sequence);
  }

  /** Written to the system when it returns: a killed process loses nothing. A dead machine does, until a sync. Throws StorageError. */
  append(line: StoredLine, sequence: number | null): void {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`, "utf8");
    try {
      if (this.size > 0 && this.size + bytes.length > this.options.maxSegmentOctets && sequence !== null) this.rotate(sequence);
      this.write(bytes);
      if (sequence !== null) this.last = Math.max(this.last, sequence);
    } catch (error) {
      throw new StorageError("append to", this.pathOf(this.current()), error);
    }
  }

  /** All that was appended before is on the disk when it returns. Throws StorageError. */
  sync(): void {
    try {
      fdatasyncSync(this.file);
    } catch (error) {
      throw new StorageError("sync", this.pathOf(this.current()), error);
    }
  }

  /** Same without stopping the event loop; covers what was appended before the call. */
  syncInBackground(): Promise<void> {
    const file = this.file;
    this.syncing.set(file, (this.syncing.get(file) ?? 0) + 1);
    return new Promise((resolve, reject) => {
      fdatasync(file, (error) => {
        this.syncing.set(file, (this.syncing.get(file) ?? 1) - 1);
        if (this.retired.has(file)) this.retire(file);
        if (error === null) resolve();
        else reject(new StorageError("sync", this.options.folder, error));
      });
    });
  }

  /** Entries above `after`, rising, at most `limit`, from the disk. Damaged lines are left out. */
  read(after: number, limit: number): StoredLine[] {
    const found: StoredLine[] = [];
    for (const [index, first] of this.segments.entries()) {
      const next = this.segments[index + 1];
      if (next !== undefined && next <= after + 1) continue;
      for (const line of entriesOf(this.linesOf(first))) {
        // A line written again after a failed sync may stand in the next segment as well.
        const last = found.at(-1);
        if (sequenceOf(line) > (last === undefined ? after : sequenceOf(last)) && found.length < limit) found.push(line);
      }
      if (found.length >= limit) break;
    }
    return found;
  }

  /** Every line, newest segment first, until `enough` says so. */
  readBackwards(enough: (lines: readonly StoredLine[]) => boolean): void {
    for (const first of [...this.segments].reverse()) if (enough(this.linesOf(first))) return;
  }

  /** Drops the segments that hold nothing above `sequence`; the newest one always stays. */
  dropThrough(sequence: number): void {
    while ((this.segments[1] ?? Number.POSITIVE_INFINITY) <= sequence + 1) this.removeOldest();
  }

  close(): void {
    if (this.file < 0) return;
    const file = this.file;
    this.file = -1;
    this.retire(file);
  }

  private write(bytes: Buffer): void {
    try {
      writeAll(this.file, this.tornTail ? Buffer.concat([Buffer.from("\n"), bytes]) : bytes);
    } catch (error) {
      this.takeBack();
      throw error;
    }
    this.size += bytes.length + (this.tornTail ? 1 : 0);
    this.tornTail = false;
  }

  private takeBack(): void {
    try {
      ftruncateSync(this.file, this.size);
    } catch {
      this.tornTail = true;
    }
  }

  private rotate(firstSequence: number): void {
    if (firstSequence <= this.current()) return;
    fdatasyncSync(this.file);
    const before = this.file;
    this.begin(firstSequence);
    this.retire(before);
    const head = this.options.headLine?.() ?? null;
    if (head !== null) this.write(Buffer.from(`${head}\n`, "utf8"));
    while (this.segments.length > this.options.maxSegments) {
      this.options.onOverflow?.(this.segments[0] ?? 0);
      this.removeOldest();
    }
  }

  private begin(firstSequence: number): void {
    const file = openSync(this.pathOf(firstSequence), "a", 0o600);
    try {
      syncFolder(this.options.folder);
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.file = file;
    this.size = fstatSync(file).size;
    this.tornTail = false;
    this.segments.push(firstSequence);
    this.last = Math.max(this.last, firstSequence - 1);
  }

  private retire(file: number): void {
    if ((this.syncing.get(file) ?? 0) > 0) {
      this.retired.add(file);
      return;
    }
    this.retired.delete(file);
    this.syncing.delete(file);
    closeSync(file);
  }

  private removeOldest(): void {
    const first = this.segments.shift();
    if (first === undefined) return;
    try {
      rmSync(this.pathOf(first), { force: true });
    } catch {
      // It is found and dropped again after the next start.
    }
  }

  private recover(): void {
    const newest = this.current();
    this.last = newest - 1;
    const path = this.pathOf(newest);
    const { lines, damaged, whole } = parseLines(readFileSync(path));
    this.damagedLines = damaged;
    for (const line of entriesOf(lines)) this.last = Math.max(this.last, sequenceOf(line));
    this.cutOctets = statSync(path).size - whole;
    this.file = openSync(path, "a", 0o600);
    if (this.cutOctets > 0) ftruncateSync(this.file, whole);
    this.size = whole;
    // What a killed process had only written is shown from now on, so it must not be lost any more.
    fdatasyncSync(this.file);
  }

  private foundSegments(): number[] {
    const pattern = new RegExp(`^${this.options.name}-(\\d{16})\\.ndjson$`);
    const firsts = readdirSync(this.options.folder).map((entry) => Number(pattern.exec(entry)?.[1] ?? Number.NaN));
    return firsts.filter((first) => Number.isSafeInteger(first)).sort((a, b) => a - b);
  }

  private linesOf(first: number): StoredLine[] {
    const path = this.pathOf(first);
    return existsSync(path) ? parseLines(readFileSync(path)).lines : [];
  }

  private current(): number {
    return this.segments.at(-1) ?? 1;
  }

  private pathOf(first: number): string {
    return join(this.options.folder, `${this.options.name}-${String(first).padStart(16, "0")}.ndjson`);
  }
}

export function sequenceOf(line: StoredLine): number {
  return line.sequence as number;
}

/** Rising and each once: a line that was written again after a failed sync stands later, and is the better copy. */
function entriesOf(lines: readonly StoredLine[]): StoredLine[] {
  const bySequence = new Map<number, StoredLine>();
  for (const line of lines) if (Number.isSafeInteger(line.sequence)) bySequence.set(sequenceOf(line), line);
  return [...bySequence.values()].sort((a, b) => sequenceOf(a) - sequenceOf(b));
}

/** `whole`: octets up to the end of the last good line. */
function parseLines(bytes: Buffer): { lines: StoredLine[]; damaged: number; whole: number } {
  const lines: StoredLine[] = [];
  let whole = 0;
  let good = 0;
  let seen = 0;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(newline, from);
    if (end < 0) break;
    if (end > from) {
      seen += 1;
      const line = parsedLine(bytes.toString("utf8", from, end));
      if (line !== null) {
        lines.push(line);
        whole = end + 1;
        good = seen;
      }
    }
    from = end + 1;
  }
  return { lines, damaged: good - lines.length, whole };
}

function parsedLine(text: string): StoredLine | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as StoredLine) : null;
  } catch {
    return null;
  }
}
