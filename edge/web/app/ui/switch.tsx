// A switch: what it says is done at once. A checkbox is for a form that is saved.

interface SwitchProps {
  name: string;
  label: string;
  hint: string;
  on: boolean;
  disabled: boolean;
  onChange(on: boolean): void;
}

export const Switch = ({ name, label, hint, on, disabled, onChange }: SwitchProps) => (
  <div class="switch">
    <button
      id={name}
      type="button"
      role="switch"
      aria-checked={on}
      aria-describedby={`${name}-hint`}
      disabled={disabled}
      onClick={() => onChange(!on)}
    />
    <div>
      <label for={name}>{label}</label>
      <p class="field-hint" id={`${name}-hint`}>
        {hint}
      </p>
    </div>
  </div>
);
