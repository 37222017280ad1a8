// Reading and writing amounts in minor units, as kontor.core.numbers and kontor.core.figures do on the server.

const TERM = /([+-]?)([^+-]+)/g;
const GROUPED = {
  ",": /^(\d{1,3}(\.\d{3})+(,\d+)?|\d+(,\d+)?)$/,
  ".": /^(\d{1,3}(,\d{3})+(\.\d+)?|\d+(\.\d+)?)$/,
};

/** Return the region of an element: its own, else the page's. */
export function regionOf(element) {
  return element.closest("[data-region]")?.dataset.region || document.documentElement.dataset.region || "DE";
}

/** Return minor units of "1.234,50" or "12,5+3", or null if that is no amount. */
export function parseAmount(text, region = "DE", places = 2) {
  const squashed = text.replace(/[\s\u00a0\u202f'’]/g, "").replace(/[−–]/g, "-").replace(/€|eur|chf|fr\./gi, "");
  const terms = [...squashed.matchAll(TERM)];
  if (!squashed || terms.map((term) => term[0]).join("") !== squashed) return null;
  let sum = 0;
  for (const [, sign, digits] of terms) {
    const minor = minorOf(digits, region === "CH" ? "." : ",", places);
    if (minor === null) return null;
    sum += sign === "-" ? -minor : minor;
  }
  return sum;
}

/** Return "1.234,50", in Switzerland "1’234.50", with a real minus. */
export function formatAmount(minor, region = "DE", places = 2) {
  const digits = String(Math.abs(minor)).padStart(places + 1, "0");
  const whole = places ? digits.slice(0, -places) : digits;
  const [group, mark] = region === "CH" ? ["’", "."] : [".", ","];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, group);
  return (minor < 0 ? "−" : "") + grouped + (places ? mark + digits.slice(-places) : "");
}

function minorOf(digits, decimalMark, places) {
  const mark = markOf(digits, decimalMark);
  if (!GROUPED[mark].test(digits)) return null;
  const plain = digits.replaceAll(mark === "," ? "." : ",", "").replace(",", ".");
  const [whole, decimals = ""] = plain.split(".");
  if (decimals.length > places) return null;
  return Number(whole + decimals.padEnd(places, "0"));
}

function markOf(digits, decimalMark) {
  const comma = digits.lastIndexOf(",");
  const dot = digits.lastIndexOf(".");
  if (comma >= 0 && dot >= 0) return comma > dot ? "," : ".";
  if (comma < 0 && dot < 0) return decimalMark;
  const only = comma >= 0 ? "," : ".";
  return only !== decimalMark && /^\d{1,3}([.,]\d{3})+$/.test(digits) ? decimalMark : only;
}
