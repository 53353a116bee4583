// A refusal whose problem has data of its own beside the code.

import { Refusal } from "#runtime/actor/actor.ts";
import type { Code } from "#schema/api/error-codes.ts";
import type { Problem } from "#schema/api/problem.ts";

export type ProblemDetails = Pick<Problem, "refusals" | "decision" | "challenge">;

export class DetailedRefusal extends Refusal {
  constructor(
    code: Code,
    readonly details: ProblemDetails,
  ) {
    super(code);
  }
}
