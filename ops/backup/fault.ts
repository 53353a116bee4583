// What can be wrong with a backup or a restore, in words for the operator.

/** Codes for scripts: the first word of the message. */
export type BackupFaultCode =
  /** Another backup of this database runs. */
  | "backup_running"
  /** PostgreSQL does not archive its log. */
  | "not_archiving"
  /** The log of a backup did not arrive in time. */
  | "log_late"
  /** There is no such backup, or none that is early enough. */
  | "no_backup"
  /** Sealed with a key that is not here. */
  | "wrong_key"
  /** An object has other bytes than it was stored with, or is missing. */
  | "damaged"
  /** A piece of the log is missing: what comes behind it cannot be restored from this backup. */
  | "log_missing"
  /** The log ends before the wanted time. */
  | "too_late"
  /** The wanted time is before the end of the backup. */
  | "too_early"
  /** The folder holds something. */
  | "not_empty"
  /** The store does not answer. */
  | "store_away"
  /** Another database archives to the same place. */
  | "foreign_log"
  /** This database cannot be backed up like that. */
  | "unsupported"
  /** PostgreSQL does not start from the backup. */
  | "recovery_failed"
  /** No space for a scratch copy. */
  | "no_space"
  /** Actor nodes run that must not see this step. */
  | "nodes_running";

export class BackupFault extends Error {
  override readonly name = "BackupFault";
  constructor(
    readonly code: BackupFaultCode,
    detail: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${detail}`, options);
  }
}
