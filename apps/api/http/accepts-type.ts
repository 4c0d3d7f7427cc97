/** Whether an Accept header lets a media type be sent. Absent or empty, it takes everything. */
export const acceptsType = (header: string | undefined, type: string): boolean => {
  if (header === undefined || header === '' || header === '*/*' || header === type) return true;
  const family = `${type.slice(0, type.indexOf('/'))}/*`;
  return header.split(',').some((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const refused = parameters.some((parameter) => /^q=0(?:\.0{1,3})?$/.test(parameter));
    return !refused && (name === '*/*' || name === family || name === type);
  });
};
