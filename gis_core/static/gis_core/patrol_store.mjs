/**
 * What this phone recorded, in IndexedDB: patrols, their points and check-ins, each written before it is shown.
 * A patrol that the server has keeps its receipt here; its points are removed then.
 */

const NAME = "patrols";
let opened = null;

const done = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

function open() {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("patrols", { keyPath: "key" });
    for (const name of ["points", "stops"]) {
      request.result.createObjectStore(name, { autoIncrement: true }).createIndex("patrol", "patrol");
    }
  };
  return done(request);
}

/** Resolves when the change is on the disk, and not before. */
async function change(names, work) {
  opened ??= open();
  const transaction = (await opened).transaction(names, "readwrite", { durability: "strict" });
  const written = new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
  work((name) => transaction.objectStore(name));
  await written;
}

async function read(name) {
  opened ??= open();
  return (await opened).transaction(name).objectStore(name);
}

export const keepPatrol = (patrol) => change(["patrols"], (store) => store("patrols").put(patrol));
export const keepPoint = (key, point) => change(["points"], (store) => store("points").add({ patrol: key, ...point }));
export const keepStop = (key, stop) => change(["stops"], (store) => store("stops").add({ patrol: key, ...stop }));

/** This person's patrols, the last first. */
export async function patrolsOf(who) {
  const all = await done((await read("patrols")).getAll());
  return all.filter((patrol) => patrol.who === who).sort((one, other) => other.startedAt - one.startedAt);
}

export const pointsOf = async (key) => done((await read("points")).index("patrol").getAll(key));
export const stopsOf = async (key) => done((await read("stops")).index("patrol").getAll(key));
export const pointCount = async (key) => done((await read("points")).index("patrol").count(key));

export const forget = (key) => change(["patrols", "points", "stops"], (store) => {
  store("patrols").delete(key);
  removeOf(store, key);
});

export const keepReceipt = (patrol) => change(["patrols", "points", "stops"], (store) => {
  store("patrols").put(patrol);
  removeOf(store, patrol.key);
});

function removeOf(store, key) {
  for (const name of ["points", "stops"]) {
    const cursors = store(name).index("patrol").openKeyCursor(key);
    cursors.onsuccess = () => {
      if (!cursors.result) return;
      store(name).delete(cursors.result.primaryKey);
      cursors.result.continue();
    };
  }
}
