// The page on which a receipt is handed in: files go off at once, what is typed is saved while it is typed, and what
// was read from the picture appears in fields that nobody has typed into.
import "./k-crop.js";
import "./k-frames.js";
import "./k-iban.js";
import "./app.js";
import { Draft } from "./draft.js";
import { flawOf } from "./quality.js";
import { change, forget, keep, newKey, send, token, waiting } from "./waiting.js";

const RETRY_MS = 8000;

class Capture extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form.k-formcol");
    this.note = this.querySelector(".k-queue");
    this.draft = new Draft(this, this.form);
    this.addEventListener("change", (event) => this.chosen(event));
    this.addEventListener("submit", (event) => this.arranged(event));
    this.addEventListener("k-stage", (event) => this.arrange(event.detail));
    this.events = {
      click: (e) => this.shut(e), keydown: (e) => e.key === "Escape" && this.shut(e),
      dragover: (e) => this.over(e), dragleave: (e) => e.relatedTarget || this.unveil(), drop: (e) => this.dropped(e), paste: (e) => this.pasted(e),
    };
    for (const [name, listen] of Object.entries(this.events)) document.addEventListener(name, listen);
    this.onlineAgain = () => this.drain();
    window.addEventListener("online", this.onlineAgain);
    this.claim().then(() => this.drain());
  }

  disconnectedCallback() {
    for (const [name, listen] of Object.entries(this.events)) document.removeEventListener(name, listen);
    window.removeEventListener("online", this.onlineAgain);
    clearTimeout(this.timer);
  }

  /** Close the list of further acts at a click beside it and at Escape. */
  shut(event) {
    const list = this.querySelector(".k-toolmore[open]");
    if (!list || (event.type === "click" && list.contains(event.target))) return;
    list.open = false;
    if (event.type === "keydown") list.querySelector("summary").focus();
  }

  chosen(event) {
    const input = event.target;
    if (!input.matches?.("[data-take]") || !input.files.length) return;
    this.take([...input.files], { how: input.dataset.take, replaces: input.dataset.replaces });
    input.value = "";
  }

  over(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    if (this.veil) return;
    this.veil = Object.assign(document.createElement("div"), { className: "k-drop-veil", textContent: this.dataset.veil });
    document.body.append(this.veil);
  }

  unveil() {
    this.veil?.remove();
    this.veil = null;
  }

  dropped(event) {
    if (!event.dataTransfer?.files.length) return;
    event.preventDefault();
    this.unveil();
    this.take([...event.dataTransfer.files], { how: "page" });
  }

  pasted(event) {
    if (event.clipboardData?.files.length && !event.target.matches?.("input, textarea")) this.take([...event.clipboardData.files], { how: "page" });
  }

  async take(files, { how, replaces = "" }) {
    if (how === "next") {
      await this.draft.save();
      this.dataset.key = newKey();
      this.dataset.document = "";
      this.goes = true;
    }
    this.look(files);
    for (const file of files) {
      await keep({
        owner: this.dataset.owner, upload: this.dataset.upload, key: this.dataset.key, document: this.dataset.document,
        replaces: how === "replace" ? replaces : "", source: "", name: file.name || "foto.jpg", blob: file,
      });
    }
    await this.drain();
  }

  /** Say at once, before anything is sent, if a photo cannot be read. */
  async look(files) {
    for (const file of files) {
      const flaw = await flawOf(file).catch(() => "");
      if (flaw && this.note.isConnected && !this.querySelector(".k-flag.is-warn")) this.hint(this.dataset[flaw]);
    }
  }

  hint(text) {
    const line = this.note.querySelector("[data-hint]") ?? Object.assign(document.createElement("p"), { className: "is-hint" });
    line.dataset.hint = "";
    line.textContent = text;
    this.note.append(line);
    this.note.hidden = false;
  }

  /** Pages are moved, left out, split off and joined without leaving what is typed. */
  arranged(event) {
    const form = event.target;
    if (!form.matches("[data-stage]")) return;
    event.preventDefault();
    const body = new FormData(form, event.submitter);
    this.arrange({ action: form.action, body });
  }

  /** Do one thing after the other: each answer shows all pages, so none may overtake the next. */
  inTurn(act) {
    this.turn = Promise.resolve(this.turn).then(act).catch(() => this.draft.say(this.dataset.lost));
    return this.turn;
  }

  arrange(asked) {
    return this.inTurn(() => this.arrangeNow(asked));
  }

  async arrangeNow({ action, body }) {
    await this.draft.save();
    if (!body.has("csrfmiddlewaretoken")) body.append("csrfmiddlewaretoken", token());
    const answer = await fetch(action, { method: "POST", body }).catch(() => null);
    if (!answer) return this.draft.say(this.dataset.lost);
    const isHere = answer.ok && new URL(answer.url).pathname === new URL(this.form.action, location.href).pathname;
    if (!isHere) return location.assign(answer.ok ? answer.url : location.href);
    this.stage(await answer.text());
    history.replaceState(null, "", answer.url);
  }

  stage(text) {
    const next = new DOMParser().parseFromString(text, "text/html");
    const stage = next.querySelector(".k-stage");
    this.dataset.version = Math.max(this.dataset.version, next.querySelector("k-capture").dataset.version);
    const kept = [...this.note.querySelectorAll("[data-kept]")];
    this.querySelector(".k-stage").replaceWith(document.importNode(stage, true));
    this.note = this.querySelector(".k-queue");
    this.note.append(...kept);
    this.note.hidden = !kept.length;
    this.classList.toggle("is-empty", Boolean(this.querySelector(".k-shot-empty")));
    document.getElementById("toasts")?.append(...[...next.querySelectorAll("#toasts > *")].map((toast) => document.importNode(toast, true)));
    this.draft.listenToReading();
  }

  /** Take over what was shared with the installed app before it knew whose it is. */
  async claim() {
    if (!new URLSearchParams(location.search).has("shared")) return;
    for (const item of await waiting("")) {
      await change({ ...item, owner: this.dataset.owner, upload: this.dataset.upload, key: this.dataset.key, document: this.dataset.document, source: "share" });
    }
  }

  async drain() {
    if (this.isDraining) return;
    this.isDraining = true;
    clearTimeout(this.timer);
    let last = null;
    try {
      for (let item; (item = (await waiting(this.dataset.owner)).at(0)); ) {
        const answer = await send(item, { token: token(), onprogress: (percent) => this.say(this.dataset.sending.replace("{name}", item.name), percent) });
        if (answer.status === 0 || answer.status >= 500) {
          this.timer = setTimeout(() => this.drain(), RETRY_MS);
          break;
        }
        await forget(item.id);
        if (answer.ok) last = { ...answer.body, key: item.key };
        else this.refused(item, answer.body.refusal || `${answer.status}`);
      }
    } finally {
      this.isDraining = false;
    }
    await this.count();
    if (last) await this.inTurn(() => this.arrived(last));
  }

  refused(item, sentence) {
    const line = Object.assign(document.createElement("p"), { className: "is-refused", textContent: sentence });
    line.dataset.kept = "";
    this.note.append(line);
    this.note.hidden = false;
  }

  say(text, percent) {
    this.note.hidden = false;
    let line = this.note.querySelector("[data-line]");
    if (!line) {
      line = document.createElement("p");
      line.dataset.line = "";
      line.append(document.createElement("span"), Object.assign(document.createElement("progress"), { max: 100 }));
      line.lastChild.setAttribute("aria-label", this.dataset.veil);
      this.note.prepend(line);
    }
    line.firstChild.textContent = text;
    line.lastChild.hidden = percent === undefined;
    line.lastChild.value = percent ?? 0;
  }

  async count() {
    const left = (await waiting(this.dataset.owner)).length;
    if (left) return this.say(left === 1 ? this.dataset.waitingOne : this.dataset.waitingMany.replace("{n}", left));
    this.note.querySelector("[data-line]")?.remove();
    this.note.hidden = !this.note.querySelector("[data-kept], [data-hint]");
  }

  /** Show the new page without losing what is typed; a photo of another receipt leads to that one. */
  async arrived(answer) {
    if (this.goes || answer.key !== this.dataset.key) return location.assign(answer.draft);
    this.draft.belongsTo(answer);
    const page = await fetch(`${answer.draft}?shown=${answer.attachment}-1`).catch(() => null);
    if (!page?.ok) return location.assign(answer.draft);
    this.stage(await page.text());
  }
}

customElements.define("k-capture", Capture);
