// The words of the fields of forms.

export const words = {
  capsLock: "Caps lock is on.",
  optional: "(optional)",
  fieldsAreWrong: (count: number) => `${count} fields need another look:`,
} as const;
