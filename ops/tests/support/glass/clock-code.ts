// The clock in the picture: a row of black and white blocks at the top, a number with a check. It survives scaling and encoding.

/** ms of the wall clock modulo 2^22, over an hour. */
const TIME_BITS = 22;
const CHECK_BITS = 4;
export const BLOCKS = TIME_BITS + CHECK_BITS;
export const WRAP_MS = 2 ** TIME_BITS;
/** Video levels of black and white. */
const [BLACK, WHITE] = [16, 235];
export const MIDDLE = 126;

/** Height of the row, as a share of the picture's height. */
export const ROW_SHARE = 1 / 12;

/** One bit a block, the highest first. */
export function bitsOf(wallMs: number): number[] {
  const time = Math.floor(wallMs) % WRAP_MS;
  const value = time * 2 ** CHECK_BITS + checkOf(time);
  return Array.from({ length: BLOCKS }, (_, n) => Math.floor(value / 2 ** (BLOCKS - 1 - n)) % 2);
}

/** One number for the brightness of the middle of each block, 0–255. */
export const codeOf = (brightness: readonly number[]): number =>
  brightness.reduce((sum, level) => sum * 2 + (level > MIDDLE ? 1 : 0), 0);

/** Null when the check fails: the picture is torn, or holds no clock. */
export function timeOf(value: number): number | null {
  const time = Math.floor(value / 2 ** CHECK_BITS);
  return value % 2 ** CHECK_BITS === checkOf(time) ? time : null;
}

/** From the time in the picture to now, ms; both may have wrapped. */
export const ageMs = (time: number, wallMs: number): number => {
  const age = (Math.floor(wallMs) % WRAP_MS) - time;
  return age < -WRAP_MS / 2 ? age + WRAP_MS : age;
};

/** Changes with every single bit, and is never 0: a black row is no clock. */
const checkOf = (time: number) => ((time * 7 + Math.floor(time / 16) * 3 + Math.floor(time / 4_096) * 4 + 9) % 15) + 1;

/** Draws the row into the brightness plane of a picture. */
export function drawClock(luma: Uint8Array, { width, height }: { width: number; height: number }, wallMs: number) {
  const block = Math.floor(width / BLOCKS);
  const rows = Math.floor(height * ROW_SHARE);
  const line = new Uint8Array(width).fill(BLACK);
  for (const [n, bit] of bitsOf(wallMs).entries()) line.fill(bit === 1 ? WHITE : BLACK, n * block, (n + 1) * block);
  for (let row = 0; row < rows; row++) luma.set(line, row * width);
}
