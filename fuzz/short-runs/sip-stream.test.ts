import { shortRun } from "../testing/short-run.ts";

shortRun("sip-stream", 6_000);
