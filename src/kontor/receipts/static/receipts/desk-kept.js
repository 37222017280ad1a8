// What was typed on the desk and not saved is kept while the page is open: another receipt may be looked at, receipts
// may be booked from the list, and on coming back everything typed is there again. Nothing of it is written to the disk.

/** Receipt → {version, body}; `body` is the form as it would be sent. */
const kept = new Map();
let shown = null;
let sent = null;

const form = () => document.getElementById("desk");
const bodyOf = (of) => new URLSearchParams([...new FormData(of)].filter(([, value]) => typeof value === "string"));
const plain = (body) => {
  const copy = new URLSearchParams(body);
  copy.delete("csrfmiddlewaretoken");
  copy.delete("list");
  return copy.toString();
};

function isUnsaved() {
  const now = form();
  return Boolean(now && shown && now.dataset.document === shown.document && (shown.isUnsaved || plain(bodyOf(now)) !== shown.body));
}

/** What differs between two states of the form: [name, values]. */
function since(before, after) {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.map((name) => [name, after.getAll(name)]).filter(([name, values]) => before.getAll(name).join("\n") !== values.join("\n"));
}

function lay(body, changes) {
  for (const [name, values] of changes) {
    body.delete(name);
    for (const value of values) body.append(name, value);
  }
}

const focused = () => {
  const { id, selectionStart: from, selectionEnd: to } = document.activeElement;
  return { id, from, to };
};

/** Go on typing where the field was taken away by an answer. */
function refocus({ id, from, to }) {
  const field = id && document.activeElement === document.body && document.getElementById(id);
  if (!field) return;
  field.focus({ preventScroll: true });
  if (from != null) field.setSelectionRange(from, to);
}

/** Remember the form as it came from the server, and bring back what had been typed into it. */
function look() {
  const now = form();
  shown = now && { document: now.dataset.document, isUnsaved: "unsaved" in now.dataset, body: plain(bodyOf(now)) };
  if (shown?.isUnsaved) kept.delete(shown.document);
  if (sent?.isAnswered && sent.document !== shown?.document) kept.delete(sent.document);
  const typed = shown && (typedMeanwhile(now) ?? kept.get(shown.document));
  if (sent?.document === shown?.document && sent?.focus) refocus(sent.focus);
  if (typed) restore(now, typed);
  sent = null;
  tellRows();
}

/** What was typed on between sending the form and its answer, laid over the form that came as the answer. */
function typedMeanwhile(now) {
  if (!sent?.since?.length || sent.document !== now.dataset.document) return null;
  const body = bodyOf(now);
  lay(body, sent.since);
  return { document: sent.document, version: now.elements.version.value, body };
}

/** Show what was typed; what is typed while the answer is on its way is laid over it, and asked for anew. */
async function restore(now, typed) {
  const key = now.dataset.document;
  const wasSaved = typed.isSent && typed.version !== now.elements.version.value;
  kept.delete(key);
  if (wasSaved) return;
  typed.body.set("csrfmiddlewaretoken", now.elements.csrfmiddlewaretoken.value);
  typed.body.set("list", now.elements.list.value);
  let detail, changes;
  do {
    const before = bodyOf(now);
    detail = await askedAgain(now.dataset.save, typed.body);
    changes = since(before, form() === now ? bodyOf(now) : (kept.get(key)?.body ?? before));
    lay(typed.body, changes);
    if (!detail || form() !== now) return kept.set(key, typed);
  } while (changes.length);
  const place = focused();
  const fresh = document.importNode(detail, true);
  document.getElementById("detail").replaceWith(fresh);
  window.htmx?.process(fresh);
  shown = { document: form().dataset.document, isUnsaved: true, body: plain(bodyOf(form())) };
  refocus(place);
}

async function askedAgain(address, body) {
  const again = new URLSearchParams(body);
  again.set("again", "1");
  const asked = fetch(address, { method: "POST", body: again, headers: { "HX-Request": "true" } });
  const text = await asked.then((answer) => answer.text()).catch(() => "");
  return new DOMParser().parseFromString(text, "text/html").getElementById("detail");
}

/** Before the list leads elsewhere: keep what is typed, and take the old form away, so that nothing of it stays in the new one. */
function leave(event) {
  const { ctx } = event.detail ?? {};
  if (ctx?.target?.id !== "main") return;
  const now = form();
  if (sent?.ctx !== ctx) sent = null; // never answered: what it took along is still typed
  if (sent) sent.isAnswered = ctx.response?.status < 300;
  if (now && sent?.document === now.dataset.document) {
    sent.focus = focused();
    sent.since = since(sent.body, bodyOf(now));
    kept.set(sent.document, sent);
  } else if (now && isUnsaved()) {
    kept.set(now.dataset.document, { document: now.dataset.document, version: now.elements.version.value, body: bodyOf(now) });
  }
  document.querySelectorAll(".k-bench-desk dialog:modal").forEach((open) => open.close());
  document.querySelectorAll(".k-bench-desk > :not(.k-pane-l)").forEach((pane) => pane.remove());
}

/** What the form itself sends is saved, or comes back as it was typed. */
function send(event) {
  const now = form();
  const ctx = event.detail?.ctx;
  const source = ctx?.sourceElement;
  if (!now || source === now || source?.form !== now || source.matches("[data-turn]")) return;
  sent = { ctx, document: now.dataset.document, version: now.elements.version.value, body: bodyOf(now), isSent: true };
}

function discard(event) {
  if (!event.target.closest?.("[data-discard]")) return;
  shown = null;
  kept.clear();
}

function tellRows() {
  for (const row of document.querySelectorAll(".k-tx.is-unsaved")) row.classList.remove("is-unsaved");
  for (const key of kept.keys()) document.getElementById(`rc-${key}`)?.classList.add("is-unsaved");
}

function entered(event) {
  const to = event.key === "Enter" && !event.isComposing && event.target.dataset?.enter;
  if (!to) return;
  event.preventDefault();
  document.getElementById(to)?.click();
}

document.addEventListener("htmx:before:request", send);
document.addEventListener("htmx:before:swap", leave);
document.addEventListener("htmx:after:swap", (event) => event.detail?.ctx?.target?.id === "main" && look());
document.addEventListener("click", discard);
document.addEventListener("keydown", entered);
addEventListener("beforeunload", (event) => {
  if (kept.size || isUnsaved()) event.preventDefault();
});
look();
