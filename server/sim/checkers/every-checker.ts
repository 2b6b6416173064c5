/** Every invariant of control that a world is watched for. The calls add their own: 6, 7 and conservation. */
import type { Checker } from "../checker.ts";
import { afterHealing } from "./after-healing.ts";
import { changeLimit } from "./change-limit.ts";
import { evidence } from "./evidence.ts";
import { fragments } from "./fragments.ts";
import { obeyedEpoch } from "./obeyed-epoch.ts";
import { oneCommander } from "./one-commander.ts";
import { oneServerPerEpoch } from "./one-server-per-epoch.ts";
import { oneTitle } from "./one-title.ts";
import { paused } from "./paused.ts";
import { resignedEpochs } from "./resigned-epochs.ts";
import { storedEpoch } from "./stored-epoch.ts";
import { storedPromise } from "./stored-promise.ts";
import { takeoverTime } from "./takeover-time.ts";

/** New ones for each world: they remember. */
export function everyChecker(): Checker[] {
  return [
    obeyedEpoch(),
    oneCommander(),
    oneTitle(),
    oneServerPerEpoch(),
    fragments(),
    evidence(),
    takeoverTime(),
    afterHealing(),
    paused(),
    changeLimit(),
    resignedEpochs(),
    storedPromise(),
    storedEpoch(),
  ];
}
