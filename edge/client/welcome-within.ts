const SOON_MS = 5_000;
const LONGEST_MS = 15_000;

/** How long a chat socket waits for its welcome. `wasWelcome`: an earlier one got it, so it need not take long, and this one may have met a machine that is
 *  down. `failures`: in a row, this attempt not counted; a crowd that comes back at once needs longer each time. */
export const welcomeWithinMs = ({ wasWelcome, failures }: { wasWelcome: boolean; failures: number }) =>
  wasWelcome ? Math.min(LONGEST_MS, SOON_MS * Math.max(1, failures)) : LONGEST_MS;
