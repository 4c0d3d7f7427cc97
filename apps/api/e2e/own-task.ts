const closed = (properties: object, required: readonly string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});

/** The body of a task that can be made, and changed by whoever wants one that cannot. */
export const ownTask = {
  name: 'acme.sort-mail',
  about: 'Which desk a message belongs to.',
  input: closed({ message: { type: 'string', maxLength: 4_000 }, vip: { type: 'boolean' } }, ['message']),
  output: closed({ desk: { enum: ['orders', 'returns', 'other'] }, quote: { type: 'string' } }),
  prompt: 'Say which desk {{message}} belongs to, and quote the words that decide it.',
  checks: [{ check: 'grounded', fields: ['quote'] }],
  example: { message: 'My parcel has not come yet, order 1182.' },
};
export const closedSchema = closed;
