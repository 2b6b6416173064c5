import { shortRun } from "../testing/short-run.ts";

shortRun("sip");
