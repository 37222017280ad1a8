// A search field over many things (ARIA 1.2 combobox). The named input keeps the id, the visible one shows the label.
// data-src answers ?q= with <li role="option" data-value="ID">label</li> lines.

const WAIT_MS = 120;
let made = 0;

class Combo extends HTMLElement {
  connectedCallback() {
    document.addEventListener("htmx:after:swap", (this.swapped = () => this.begin()));
    this.begin();
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this.swapped);
    this.stop();
  }

  /** Make the field; anew where a swap has laid the plain one of the server into this element. */
  begin() {
    if (this.list && this.contains(this.list)) return;
    this.stop();
    const plain = this.querySelector("input");
    const isFocused = document.activeElement === plain;
    this.store = plain.cloneNode();
    plain.replaceWith(this.store);
    this.build();
    if (isFocused) this.input.focus();
    this.input.addEventListener("input", () => {
      this.settle();
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT_MS);
    });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 120));
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  build() {
    const id = this.store.id || `combo-${(made += 1)}`;
    this.input = this.store.cloneNode();
    this.input.removeAttribute("name");
    this.input.value = this.dataset.label || this.store.value;
    this.taken = { value: this.store.value, label: this.input.value };
    this.store.type = "hidden";
    this.store.removeAttribute("id");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${id}-list`, role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent ?? "");
    const states = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocomplete: "off" };
    for (const [name, value] of Object.entries(states)) this.input.setAttribute(name, value);
    this.store.after(this.input, this.list);
  }

  /** Ask for what is typed; `isTaking` takes the first thing found, as Enter wants that came before the answer. */
  async search({ isTaking = false } = {}) {
    this.stop();
    this.running = new AbortController();
    const typed = this.input.value;
    const url = new URL(this.dataset.src, location.href);
    url.searchParams.set("q", typed);
    const asked = fetch(url, { headers: { "X-Fragment": "options" }, signal: this.running.signal });
    const found = await asked.then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    if (found === null || document.activeElement !== this.input) return;
    this.list.innerHTML = found;
    this.foundFor = typed;
    this.options().forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.classList.add("k-option");
    });
    this.show(true);
    this.choose(0);
    if (isTaking && this.options().length) this.take(this.options()[0]);
  }

  stop() {
    clearTimeout(this.timer);
    this.running?.abort();
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.search();
      else this.choose(this.chosen + step);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const option = this.options()[this.chosen];
      if (this.foundFor !== this.input.value) this.search({ isTaking: true });
      else if (option) this.take(option);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.stop();
      this.show(false);
    }
  }

  choose(index) {
    const options = this.options();
    if (!options.length) return;
    this.chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    this.input.setAttribute("aria-activedescendant", options[this.chosen].id);
    options[this.chosen].scrollIntoView({ block: "nearest" });
  }

  take(option) {
    this.stop();
    this.put(option.dataset.value, option.dataset.label || option.textContent.trim());
    this.show(false);
    this.store.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Hold a thing and show its label. */
  put(value, label) {
    this.taken = { value, label };
    this.store.value = value;
    this.input.value = label;
  }

  /** What is sent follows the typing at once: the form may go before the field is left. */
  settle() {
    const isTaken = this.input.value === this.taken.label;
    this.store.value = isTaken ? this.taken.value : this.input.value.trim() && this.input.value;
  }

  leave() {
    this.stop();
    this.show(false);
    this.settle();
  }

  show(isShown) {
    this.list.hidden = !isShown || !this.options().length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.list.hidden) this.input.removeAttribute("aria-activedescendant");
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
}

customElements.define("k-combo", Combo);
