// Proof of work: while a server is flooded, people who are not signed in pay for a beginning with some of their processor's time.
//
//   SHA-256 of "<challenge>:<solution>" begins with as many bits of 0 as were asked for (as Hashcash does)

/** Of a challenge and a solution together: they fit into one block of SHA-256. */
export const PROOF_TEXT_LENGTH_MAX = 55;
export const SOLUTION_PATTERN = "^[0-9]{1,12}$";
/** A challenge is good for this long, and once. */
export const CHALLENGE_MS = 60_000;

export const proofText = (challenge: string, solution: string) => `${challenge}:${solution}`;

export interface Proof {
  challenge: string;
  solution: string;
}
