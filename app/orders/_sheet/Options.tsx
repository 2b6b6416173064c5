"use client";
/** One of a few, all of them in sight; an impossible one is struck with its reason. */
import { useId } from "react";
import styles from "./order.module.css";

interface OptionsProps {
  readonly legend: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly text: string; readonly barred?: string }[];
  readonly onChoose: (value: string) => void;
}

export function Options({ legend, value, options, onChoose }: OptionsProps) {
  const name = useId();
  return (
    <fieldset className={styles.options}>
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            disabled={option.barred !== undefined}
            onChange={() => onChoose(option.value)}
          />
          {option.barred === undefined ? (
            option.text
          ) : (
            <span className="ink-3">
              <s>{option.text}</s> {option.barred}
            </span>
          )}
        </label>
      ))}
    </fieldset>
  );
}
