// The pages as people get them: what they weigh, how soon they are there, and how soon they answer.

import { benchPageBytes } from "./page-bytes.ts";
import { benchPageSpeed } from "./page-speed.ts";
import type { BenchResult } from "./result.ts";

export const benchPages = async (): Promise<BenchResult[]> => [await benchPageBytes(), ...(await benchPageSpeed())];
