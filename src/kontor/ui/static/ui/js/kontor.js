// Everything the browser adds to pages that work without it.
import "./k-keys.js";
import "./k-palette.js";
import "./k-toast.js";
import "./k-list.js";
import "./k-money.js";
import "./k-day.js";
import "./k-combo.js";
import "./k-drop.js";
import "./k-job.js";
import "./k-theme.js";
import "./k-dialog.js";
import "./k-split.js";
import "./k-unsaved.js";
import "./k-copy.js";
import "./menus.js";
import "./focus.js";
