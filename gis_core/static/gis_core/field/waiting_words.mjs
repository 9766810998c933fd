/** What somebody who signs out on this phone would leave behind, in words. */

/** Sentences about `number` records that wait and `conflicts` that the office has; none where nothing waits. */
export function left({ drafts, waiting, failed, conflicts }) {
  const number = drafts + waiting + failed;
  if (!number) return [];
  const sentence = interpolate(ngettext("%s record of this phone has not reached the server. Somebody else who signs in here cannot send it: send it first, or export it.", "%s records of this phone have not reached the server. Somebody else who signs in here cannot send them: send them first, or export them.", number), [number]);
  const also = conflicts ? interpolate(ngettext("%s more waits for a decision of the office and is safe there.", "%s more wait for a decision of the office and are safe there.", conflicts), [conflicts]) : "";
  return [sentence, also].filter(Boolean);
}
