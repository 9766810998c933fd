/** The text of an order as the party reads it: what is known filled in, a line where something is not known yet. */

const BLANK = "＿＿＿＿";
const DEMANDS = "〔要求〕"; // where the server's own draft has a place for the demands

const DAY = new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeZone: "Asia/Shanghai" });
const MOMENT = new Intl.DateTimeFormat("zh-CN", { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Shanghai" });

/** `{{ a.b or 'c' }}` and `{% for %}…{% else %}…{% endfor %}` of the document templates, by what is known here. */
function fill(line, known) {
  const loops = line.replace(/\{% for one in (\w+) %\}(.*?)\{% else %\}(.*?)\{% endfor %\}/g, (_all, name, _each, none) => known[name] || none);
  return loops.replace(/\{%.*?%\}/g, "").replace(/\{\{\s*([\w.]+)(?:\s+or\s+'([^']*)')?\s*\}\}/g, (_all, name, otherwise) => known[name] || otherwise || BLANK);
}

/** Paragraphs; `words` say {demands, due, officers: [[name, number]], kase, violations: labels, authority}. */
export function paper(paragraphs, { demands, due, officers, kase, violations }) {
  const lines = Array.isArray(paragraphs) ? paragraphs : String(paragraphs ?? "").split("\n");
  const known = {
    "case.address": kase?.address, "order.measures": demands, "order.due_at": due && MOMENT.format(new Date(due)),
    "document.date": DAY.format(new Date()), violations: violations.join("；"),
    officers: officers.map(([name, number]) => `${name}（证号${number || BLANK}）`).join("、"),
  };
  return lines.map((line) => fill(line, known).replaceAll(DEMANDS, demands || BLANK)).filter((line) => line.trim());
}
