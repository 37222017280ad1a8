// Saving a draft while it is typed, and showing what was read. Fields that reading may fill carry a hidden field
// initial-<name> with what is stored; a field that differs from it was typed and is never overwritten.

import { Typed } from "./typed.js";

const WAIT_MS = 700;
const READING_MS = 1200;
const READING_TRIES = 60;

export class Draft {
  constructor(host, form) {
    this.host = host;
    this.form = form;
    this.typed = new Typed(host, form);
    for (const name of ["input", "change"]) host.addEventListener(name, (event) => event.target.form === form && this.later());
    form.addEventListener("submit", () => (this.isLeaving = true));
    window.addEventListener("pagehide", () => this.leave());
    window.addEventListener("online", () => this.isDirty && this.save());
    if (host.hasAttribute("data-is-reading")) this.listenToReading();
    if (this.typed.restore()) {
      this.say(host.dataset.restored);
      this.later();
    }
  }

  later() {
    this.isDirty = true;
    document.getElementById("outlook")?.setAttribute("aria-busy", "true");
    this.typed.keep();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT_MS);
  }

  async save() {
    clearTimeout(this.timer);
    if (!this.isDirty) return;
    if (this.running) return this.running.then(() => this.save());
    this.isDirty = false;
    this.running = this.post();
    await this.running;
    this.running = null;
  }

  async post() {
    const answer = await fetch(this.form.action, { method: "POST", body: this.values(), headers: { "X-Fragment": "draft" } }).catch(() => null);
    if (answer?.redirected) return location.assign(answer.url);
    const state = await stateOf(answer);
    if (state) return this.show(state);
    this.isDirty = true;
    this.say(this.host.dataset.lost);
  }

  values() {
    const values = new FormData(this.form);
    values.delete("go");
    return values;
  }

  /** Send what was not saved yet with the page that is left. */
  leave() {
    if (this.isDirty && !this.isLeaving) fetch(this.form.action, { method: "POST", body: this.values(), headers: { "X-Fragment": "draft" }, keepalive: true }).catch(() => null);
  }

  belongsTo(answer) {
    this.typed.belongsTo(answer.document);
    this.host.dataset.document = answer.document;
    if (this.form.getAttribute("action") === answer.draft) return;
    this.form.action = answer.draft;
    this.host.dataset.reading = `${answer.draft}reading/`;
    history.replaceState(null, "", answer.draft);
  }

  show(state) {
    this.belongsTo(state);
    if (!this.isDirty) this.typed.forget();
    this.say(state.saved);
    this.fill(state);
    if (!this.isDirty) document.getElementById("outlook")?.removeAttribute("aria-busy");
  }

  /** Show what is stored; an answer that a newer one overtook says what was stored before, and is passed over. */
  fill(state) {
    if (Number(state.version) < Number(this.host.dataset.version)) return;
    this.host.dataset.version = state.version;
    if (this.isDirty) this.typed.keep();
    for (const [name, text] of Object.entries(state.stored)) this.settle(name, text);
    for (const place of this.form.querySelectorAll("[data-origin]")) {
      const word = state.origins[place.dataset.origin];
      place.hidden = !word;
      place.lastElementChild.textContent = word ?? "";
    }
    for (const name of ["outlook", "doubles", "reading"]) {
      const box = document.getElementById(name);
      if (box.innerHTML !== state[name]) box.innerHTML = state[name].trim() && state[name];
    }
  }

  /** Take over what is stored where nobody has typed since. */
  settle(name, text) {
    const initial = this.form.elements[name];
    const field = this.form.elements[name.slice("initial-".length)];
    if (initial && !field) initial.value = text;
    if (!initial || !field) return;
    const isTyped = field.value !== initial.value;
    initial.value = text;
    if (!isTyped && document.activeElement !== field) field.value = text;
    else if (!isTyped) initial.value = field.value === text ? text : field.value;
  }

  say(text) {
    const place = document.getElementById("saved");
    if (place) place.textContent = text;
  }

  async listenToReading() {
    if (this.isListening || !this.host.dataset.reading) return;
    this.isListening = true;
    for (let tries = 0; tries < READING_TRIES; tries += 1) {
      const state = await stateOf(await fetch(this.host.dataset.reading).catch(() => null));
      if (state) {
        this.fill(state);
        if (!state.is_waiting) break;
      }
      await new Promise((resolve) => setTimeout(resolve, READING_MS));
    }
    this.isListening = false;
  }
}

/** Return what an answer says is stored; null if there is none, or if it broke off on the way. */
async function stateOf(answer) {
  return answer?.ok ? answer.json().catch(() => null) : null;
}
