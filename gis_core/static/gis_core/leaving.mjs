/** Signing out of a desk page on a phone whose field application holds records that wait: asked first, without a request. */

const NAME = "field";

/** A browser that does not tell its databases is not asked: opening one would make it. */
const holds = async () => ((await indexedDB.databases?.()) ?? []).some(({ name }) => name === NAME);

async function sentences() {
  if (!(await holds())) return [];
  const [{ counts }, { left }] = await Promise.all([import("./field/outbox.mjs"), import("./field/waiting_words.mjs")]);
  const numbers = await counts({ ours: true });
  return [...(numbers.walking ? [gettext("A patrol is under way: end it first.")] : []), ...left(numbers)];
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-leaving]")) return;
  event.preventDefault();
  const said = await sentences().catch(() => []);
  if (!said.length || confirm([...said, gettext("Sign out all the same?")].join("\n"))) form.submit();
});
