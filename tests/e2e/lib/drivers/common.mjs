// What drivers share.

/** How long a driver waits for anything, in milliseconds: some engines start slowly. */
export const SLOW = 30_000;

const MODIFIERS = ['Control', 'Shift', 'Alt', 'Meta'];

/** `Control+Shift+z` as its modifiers and its key. */
export function pressed(keys) {
  const parts = keys === '+' ? ['+'] : keys.split('+');
  const key = parts.pop();
  if (parts.some((part) => !MODIFIERS.includes(part))) throw new Error(`no such keys: ${keys}`);
  return { modifiers: parts, key };
}
