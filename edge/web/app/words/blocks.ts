// What is said when somebody is blocked.

export const words = {
  blocked: (name: string) => `You no longer see messages from ${name}.`,
  unblocked: (name: string) => `You see messages from ${name} again.`,
} as const;
