/** First file of a worker thread: a thread does not inherit the loader of TypeScript, so it is registered here. */
import { register } from "tsx/esm/api";

register();
await import("./worker.ts");
