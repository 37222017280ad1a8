// Keyboard shortcuts. Whatever carries data-key ("e", "g u", "/", "Control+k") is pressed or focused by that key;
// the shortcut is thereby written where its effect is. Single letters rest inside of fields and can be switched off.

const WAIT_MS = 1200;
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
    dialog.showModal();
  }

  act(target, event) {
    event.preventDefault();
    if (target.matches(FIELDS)) {
      target.focus();
      target.select?.();
    } else target.click();
  }
}

/** Return the visible element for a key; inside an open dialog only its own. */
function find(key) {
  const scope = document.querySelector("dialog:modal") || document;
  const found = scope.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  return [...found].find((element) => element.checkVisibility() && !element.disabled) || null;
}

customElements.define("k-keys", Keys);
