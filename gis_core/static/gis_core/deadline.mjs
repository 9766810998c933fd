/** How long a case still has, in the words of the list: as cases/templatetags/case_words.py says it. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SOON = 2 * DAY;
const WITH_HOURS = 3 * DAY;

function span(time) {
  const [days, hours, minutes] = [Math.floor(time / DAY), Math.floor((time % DAY) / HOUR), Math.floor((time % HOUR) / MINUTE)];
  const say = (words) => interpolate(words, { days, hours, minutes }, true);
  if (time >= WITH_HOURS || (days && !hours)) return say(gettext("%(days)s d"));
  if (days) return say(gettext("%(days)s d %(hours)s h"));
  return hours ? say(gettext("%(hours)s h")) : say(gettext("%(minutes)s min"));
}

/** `words` and the class of their colour; null for a case that has ended or has no date to keep. */
export function deadline({ due_at: due, stage }) {
  if (!due || stage === "closed") return null;
  const left = new Date(due) - Date.now();
  const words = left >= 0 ? gettext("%(time)s left") : gettext("%(time)s overdue");
  const colour = left < 0 ? "over" : left < SOON ? "soon" : "";
  return { words: interpolate(words, { time: span(Math.abs(left)) }, true), colour };
}
