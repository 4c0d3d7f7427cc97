/** RFC 6901: `pointerTo(['a/b', 0])` is `/a~1b/0`, and the whole value is the empty string. */
export const pointerTo = (trail: readonly (string | number)[]): string =>
  trail.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
