/** Overview. */
import { WaitingForSnapshot } from "./_ui/EmptyState.tsx";

export default function Page() {
  return <WaitingForSnapshot />;
}
