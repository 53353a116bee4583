// FAULT_SLACK=2 doubles all time limits, for a busy machine.

export const SLACK = Number(process.env.FAULT_SLACK ?? 1);
