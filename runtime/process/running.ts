// Whether a process runs, by its pid.

/** Only of processes whose pids are seen here, not of another container's. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // It belongs to somebody else.
  }
}
