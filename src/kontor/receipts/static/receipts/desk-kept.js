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

/** Remember the form as it came from the server, and bring back what had been typed into it. */
function look() {
  const now = form();
  shown = now && { document: now.dataset.document, isUnsaved: "unsaved" in now.dataset, body: plain(bodyOf(now)) };
  if (shown?.isUnsaved) kept.delete(shown.document);
  if (sent?.isAnswered && sent.document !== shown?.document) kept.delete(sent.document);
  const typed = shown && kept.get(shown.document);
  if (typed) restore(now, typed);
  sent = null;
  tellRows();
}

async function restore(now, typed) {
  const wasSaved = typed.isSent && typed.version !== now.elements.version.value;
  kept.delete(now.dataset.document);
  if (wasSaved) return;
  typed.body.set("csrfmiddlewaretoken", now.elements.csrfmiddlewaretoken.value);
  typed.body.set("list", now.elements.list.value);
  typed.body.set("again", "1");
  const answer = await fetch(now.dataset.save, { method: "POST", body: typed.body, headers: { "HX-Request": "true" } }).catch(() => null);
  const page = answer && new DOMParser().parseFromString(await answer.text(), "text/html");
  const detail = page?.getElementById("detail");
  if (!detail || form() !== now) return kept.set(now.dataset.document, typed);
  typed.body.delete("again");
  const place = document.getElementById("detail");
  const fresh = document.importNode(detail, true);
  place.replaceWith(fresh);
  window.htmx?.process(fresh);
  shown = { document: form().dataset.document, isUnsaved: true, body: plain(bodyOf(form())) };
}

/** Before the list leads elsewhere: keep what is typed, and take the old form away, so that nothing of it stays in the new one. */
function leave(event) {
  if (event.detail?.ctx?.target?.id !== "main") return;
  const now = form();
  if (sent) sent.isAnswered = event.detail.ctx.response?.status < 300;
  if (now && sent?.document === now.dataset.document) kept.set(sent.document, sent);
  else if (now && isUnsaved()) {
    kept.set(now.dataset.document, { document: now.dataset.document, version: now.elements.version.value, body: bodyOf(now) });
  }
  document.querySelectorAll(".k-bench-desk dialog:modal").forEach((open) => open.close());
  document.querySelectorAll(".k-bench-desk > :not(.k-pane-l)").forEach((pane) => pane.remove());
}

/** What the form itself sends is saved, or comes back as it was typed. */
function send(event) {
  const now = form();
  const source = event.detail?.ctx?.sourceElement;
  if (!now || source === now || source?.form !== now || source.matches("[data-turn]")) return;
  sent = { document: now.dataset.document, version: now.elements.version.value, body: bodyOf(now), isSent: true };
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
