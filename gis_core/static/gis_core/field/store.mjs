/**
 * What this phone carries and what it has taken down, in IndexedDB. Every write resolves when it is on the disk, and a
 * screen shows nothing before that. A new release adds stores and never removes one: what waits must survive it.
 */

const NAME = "field";
const VERSION = 1;
let opened = null;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => {
    const { result } = request;
    result.createObjectStore("meta", { keyPath: "name" });
    result.createObjectStore("cases", { keyPath: "no" });
    result.createObjectStore("changes", { keyPath: "key" }).createIndex("state", "state");
    result.createObjectStore("photos", { keyPath: "id" }).createIndex("record", "record");
    result.createObjectStore("drafts", { keyPath: "key" });
  };
  return done(request);
}

const database = () => (opened ??= open().catch((error) => {
  opened = null; // asked again the next time
  throw error;
}));

/** Resolves with what `work` answers when the change is on the disk, and not before. */
async function write(names, work) {
  const transaction = (await database()).transaction(names, "readwrite", { durability: "strict" });
  const written = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  const answer = work((name) => transaction.objectStore(name));
  await written;
  return answer instanceof IDBRequest ? answer.result : answer;
}

const read = async (name) => (await database()).transaction(name).objectStore(name);
const put = (name, row) => write([name], (store) => void store(name).put(row));
const remove = (name, key) => write([name], (store) => void store(name).delete(key));

export const meta = async (name) => (await done((await read("meta")).get(name)))?.value;
export const keepMeta = (name, value) => put("meta", { name, value });

export const cases = async () => done((await read("cases")).getAll());
export const caseOf = async (no) => done((await read("cases")).get(no));
export const keepCase = (row) => put("cases", row);

/** What is carried, all at once: the cases by themselves, the rest as one piece. */
export function keepPack({ cases: carried, ...pack }) {
  return write(["meta", "cases"], (store) => {
    store("meta").put({ name: "pack", value: pack });
    if (pack.person) store("meta").put({ name: "person", value: pack.person });
    store("cases").clear();
    for (const one of carried) store("cases").put(one);
  });
}

/** What the office gave is forgotten; what was taken down stays. */
export function dropCarried() {
  return write(["meta", "cases"], (store) => {
    store("meta").delete("pack");
    store("cases").clear();
  });
}

export const changes = async () => done((await read("changes")).getAll());
export const change = async (key) => done((await read("changes")).get(key));
export const keepChange = (row) => put("changes", row);
export const removeChange = (key) => remove("changes", key);

/** The next number of this device, counted on the disk so that two tabs never take the same. */
export async function nextSeq() {
  let taken = 0;
  await write(["meta"], (store) => {
    const asked = store("meta").get("device");
    asked.onsuccess = () => {
      const device = asked.result?.value ?? { id: crypto.randomUUID(), seq: 0 };
      taken = device.seq + 1;
      store("meta").put({ name: "device", value: { ...device, seq: taken } });
    };
  });
  return taken;
}

/** This phone's own name for the server; made once. */
export async function device() {
  let known = null;
  await write(["meta"], (store) => {
    const asked = store("meta").get("device");
    asked.onsuccess = () => {
      known = asked.result?.value ?? { id: crypto.randomUUID(), seq: 0 };
      if (!asked.result) store("meta").put({ name: "device", value: known });
    };
  });
  return known;
}

export const photosOf = async (record) => done((await read("photos")).index("record").getAll(record));
export const keepPhoto = (photo) => put("photos", photo);
export const removePhoto = (id) => remove("photos", id);

export const drafts = async () => done((await read("drafts")).getAll());
export const draft = async (key) => done((await read("drafts")).get(key));
export const keepDraft = (row) => put("drafts", row);
export const removeDraft = (key) => remove("drafts", key);

/** The draft becomes a change: both at once or neither. */
export const draftToChange = (from, to) => write(["drafts", "changes"], (store) => {
  store("changes").put(to);
  store("drafts").delete(from.key);
});

/** And back, as long as it was not sent. */
export const changeToDraft = (from, to) => write(["drafts", "changes"], (store) => {
  store("drafts").put(to);
  store("changes").delete(from.key);
});

/** {used, quota, persisted}: bytes, and whether the browser has promised not to clear them. */
export async function usage() {
  const { usage: used = 0, quota = 0 } = (await navigator.storage?.estimate?.()) ?? {};
  return { used, quota, persisted: (await navigator.storage?.persisted?.()) ?? false };
}

/** The carried map makes room for evidence. */
export const dropBasemap = () => globalThis.caches?.delete("basemap") ?? false;
