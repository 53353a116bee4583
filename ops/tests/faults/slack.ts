// Multiplier of all time limits: FAULT_SLACK=2 doubles them for a busy machine.

export const SLACK = Number(process.env.FAULT_SLACK ?? 1);
