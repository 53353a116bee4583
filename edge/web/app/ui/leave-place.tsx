// Where the question on unsaved changes is asked. Its code is loaded once there are some.

import { leaving } from "../router.ts";
import { lazyPart } from "./lazy.tsx";

const LeaveQuestion = lazyPart<object>(async () => (await import("./leave-question.tsx")).LeaveQuestion);

export const preloadLeaveQuestion = LeaveQuestion.preload;

export const LeavePlace = () => (leaving.value ? <LeaveQuestion /> : null);
