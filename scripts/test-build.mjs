/** Before integration tests: the compiled programs that they start are those of the sources as they are now. */
import { buildServers } from "./builds.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";

export default () => withSetUpLock(buildServers);
