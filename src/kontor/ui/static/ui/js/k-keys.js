// Keyboard shortcuts. Whatever carries data-key ("e", "g u", "/", "Control+k") is pressed or focused by that key;
// the shortcut is thereby written where its effect is. Single letters rest inside of fields and can be switched off.

const WAIT_MS = 1200;
const SHOWN = { enter: "↵" };
const FIELDS = "input:not([type=checkbox],[type=radio],[type=button],[type=submit]), textarea, select, [contenteditable]";

class Keys extends HTMLElement {
  connectedCallback() {
    this.pending = "";
    this.listen = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listen);
    this.opener = (event) => this.opened(event);
    document.addEventListener("click", this.opener);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listen);
    document.removeEventListener("click", this.opener);
  }

  opened(event) {
    const link = event.target.closest("[data-opens]");
    const dialog = link && document.getElementById(link.dataset.opens);
    if (!dialog || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    dialog.showModal();
    dialog.dispatchEvent(new Event("opened"));
  }

  pressed(event) {
    if (event.defaultPrevented || event.altKey || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) return this.chord(event);
    if (event.target.matches?.(FIELDS)) return;
    if (event.key === "Enter" && event.target === document.body) this.letter(event);
    if (document.body.dataset.singleKeys === "off" || event.key.length > 1) return;
    if (event.key === "?") return this.help(event);
    this.letter(event);
  }

  chord(event) {
    const key = event.key.toLowerCase();
    const save = key === "s" ? document.querySelector(".k-bar [type=submit].k-btn-p") : null;
    const target = find(`Control+${key}`) || save;
    if (target) this.act(target, event);
  }

  letter(event) {
    const typed = (this.pending ? `${this.pending} ` : "") + event.key.toLowerCase();
    clearTimeout(this.timer);
    this.pending = "";
    const target = find(typed);
    if (target) return this.act(target, event);
    if (document.querySelector(`[data-key^="${CSS.escape(typed)} "]`)) {
      this.pending = typed;
      this.timer = setTimeout(() => (this.pending = ""), WAIT_MS);
    }
  }

  help(event) {
    const dialog = this.querySelector("dialog");
    if (!dialog || dialog.open) return;
    event.preventDefault();
    this.list(dialog);
    dialog.showModal();
  }

  /** Write the keys of this page into the help: each stands where its effect is, with its own words. */
  list(dialog) {
    const place = dialog.querySelector("[data-here]");
    if (!place) return;
    const found = [...document.querySelectorAll("[data-key]")].filter((each) => isOfThePage(each) && each.checkVisibility());
    const lines = new Map(found.map((each) => [each.dataset.key, wordsOf(each)]).filter(([, words]) => words));
    place.hidden = !lines.size;
    const write = (tag, child) => document.createElement(tag).appendChild(child).parentElement;
    const entries = [...lines].map(([key, words]) => [write("dt", write("kbd", new Text(SHOWN[key] ?? key.toUpperCase()))), write("dd", new Text(words))]);
    const list = document.createElement("dl");
    list.append(...entries.flat());
    place.querySelector("dl")?.remove();
    place.append(list);
  }

  /** A key that is held down moves on and on, but sends nothing twice. */
  act(target, event) {
    event.preventDefault();
    if (event.repeat && target.type === "submit") return;
    if (target.matches(FIELDS)) {
      target.focus();
      target.select?.();
    } else target.click();
  }
}

/** Tell whether a key belongs to the page itself and not to the shell, whose keys the help names anyway. */
function isOfThePage(element) {
  return !/^g |^control|^\?$/i.test(element.dataset.key) && !element.closest("k-toast, dialog");
}

/** Return what an element says it does, without the keys written on it. */
function wordsOf(element) {
  if (element.ariaLabel) return element.ariaLabel;
  const shown = (element.labels?.[0] ?? element).cloneNode(true);
  shown.querySelectorAll("kbd, svg, .k-when-busy").forEach((each) => each.remove());
  return shown.textContent.replace(/\s+/g, " ").trim() || element.placeholder || "";
}

/** Return the visible element for a key; inside an open dialog only its own. */
function find(key) {
  const scope = document.querySelector("dialog:modal") || document;
  const found = scope.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  return [...found].find((element) => element.checkVisibility() && !element.disabled) || null;
}

customElements.define("k-keys", Keys);
