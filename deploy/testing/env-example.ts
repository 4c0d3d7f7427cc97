import { readFileSync } from 'node:fs';

export interface ExampleLine {
  readonly name: string;
  readonly value: string;
  /** what stands above it, back to the line of another variable or a blank one */
  readonly comment: string;
  /** commented out: Compose sets it by itself */
  readonly isOff: boolean;
}

const variable = /^(# )?([A-Z][A-Z0-9_]*)=(.*)$/;

/** The variables of .env.example in their order. */
export const readExample = (file = '.env.example'): ExampleLine[] => {
  const lines: ExampleLine[] = [];
  let comment: string[] = [];
  let afterVariable = false;
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    const [, off, name, value] = variable.exec(line) ?? [];
    if (name !== undefined) lines.push({ name, value: value ?? '', comment: comment.join(' '), isOff: off === '# ' });
    // Variables right below each other share the comment above them.
    else if (line === '' || afterVariable) comment = line === '' ? [] : [line];
    else comment.push(line);
    afterVariable = name !== undefined;
  }
  return lines;
};
