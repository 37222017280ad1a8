// Files that wait to be sent, kept in the browser until the server has them: they survive a reload and a closed tab.
// One waiting file: {id, owner, upload, key, document, replaces, source, name, blob}.

const NAME = "kontor-receipts";
const STORE = "waiting";

function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function act(mode, work) {
  const base = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, mode);
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

/** Keep one file; returns its id. */
export const keep = (item) => act("readwrite", (store) => store.add(item));

/** Change a kept file. */
export const change = (item) => act("readwrite", (store) => store.put(item));

/** Forget a file that the server has, or has refused. */
export const forget = (id) => act("readwrite", (store) => store.delete(id));

/** Return the kept files of `owner`, oldest first; shared ones have no owner until they are claimed. */
export async function waiting(owner) {
  const all = await act("readonly", (store) => store.getAll());
  return all.filter((item) => item.owner === owner);
}

/** Send one file. Resolves to {ok, status, body}; status 0 means that there was no connection. */
export function send(item, { token, onprogress }) {
  return new Promise((resolve) => {
    const body = new FormData();
    for (const name of ["document", "replaces", "source"]) if (item[name]) body.append(name, item[name]);
    body.append("client_key", item.key);
    body.append("file", item.blob, item.name);
    const request = new XMLHttpRequest();
    request.open("POST", item.upload);
    request.setRequestHeader("X-CSRFToken", token);
    request.setRequestHeader("X-Fragment", "upload");
    request.upload.onprogress = (event) => event.lengthComputable && onprogress?.(Math.round((100 * event.loaded) / event.total));
    request.onerror = request.ontimeout = request.onabort = () => resolve({ ok: false, status: 0, body: {} });
    request.onload = () => resolve({ ok: request.status < 300, status: request.status, body: parsed(request.responseText) });
    request.send(body);
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

export const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
export const newKey = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
