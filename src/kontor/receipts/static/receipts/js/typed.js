// What is typed and not saved yet stays in this browser, for the person and the draft it belongs to, until it is saved.
// It comes back only where nothing newer was saved meanwhile (`version`), and is forgotten after a month.

const PREFIX = "kontor-typed-";
const DAYS_MAX = 30;

export class Typed {
  constructor(host, form) {
    this.host = host;
    this.form = form;
  }

  get name() {
    return `${PREFIX}${this.host.dataset.owner}-${this.host.dataset.document || "new"}`;
  }

  keep() {
    const values = {};
    for (const field of this.fields()) if (isChanged(field)) values[nameOf(field)] = field.type === "checkbox" ? field.checked : field.value;
    const { version, key } = this.host.dataset;
    write(this.name, { version, key, at: Date.now(), values });
  }

  forget() {
    remove(this.name);
  }

  belongsTo(document) {
    if (this.host.dataset.document || !document) return;
    remove(this.name);
  }

  /** Put back what was typed; tells whether anything was. */
  restore() {
    tidy();
    const kept = read(this.name);
    if (!kept) return false;
    if (kept.version !== this.host.dataset.version || this.form.querySelector("[aria-invalid]")) {
      this.forget();
      return false;
    }
    if (!this.host.dataset.document) {
      this.host.dataset.key = kept.key;
      this.form.elements.client_key.value = kept.key;
    }
    const found = this.fields().filter((field) => nameOf(field) in kept.values && !isChanged(field));
    for (const field of found) put(field, kept.values[nameOf(field)]);
    return found.some(isChanged);
  }

  fields() {
    return [...this.form.elements].filter((field) => field.name && field.type !== "hidden" && field.matches("input, textarea, select"));
  }
}

const nameOf = (field) => field.name;

function isChanged(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.type === "radio") return field.checked && !field.defaultChecked;
  if (field instanceof HTMLSelectElement) return !([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.selected;
  return field.value !== field.defaultValue;
}

function put(field, value) {
  if (field.type === "checkbox") field.checked = value;
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value;
}

function tidy() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(PREFIX) && !((read(name)?.at ?? 0) > Date.now() - DAYS_MAX * 86_400_000)) remove(name);
  }
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, value) {
  try {
    localStorage.setItem(name, JSON.stringify(value));
  } catch {
    // A full or forbidden store only means that nothing is kept.
  }
}

function remove(name) {
  try {
    localStorage.removeItem(name);
  } catch {
    // As above.
  }
}
