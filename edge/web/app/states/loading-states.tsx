// What is shown while something goes on.

import { Loading } from "../ui/loading.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { State } from "./state.tsx";

export const LoadingStates = () => (
  <>
    <State name="progress bars">
      <ProgressBar label="Upload of vacation.mp4" share={0.64} text="64 %, 3 min left" />
      <ProgressBar label="Upload of long.mp4" share={0} text="Waiting for its turn" />
      <ProgressBar label="Upload of done.mp4" share={1} text="Ready" />
      <ProgressBar label="Check of vacation.mp4" share={null} text="Checking…" />
    </State>
    <State name="skeletons">
      <Loading isLoading skeleton={<Skeleton shape="rows" count={2} />}>
        none
      </Loading>
      <Skeleton shape="text" />
      <Skeleton shape="panel" />
    </State>
  </>
);
