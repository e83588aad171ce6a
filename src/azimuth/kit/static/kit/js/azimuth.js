// Wakes the custom elements; every page works before this file arrives. Plain relative imports: see ADR 0003.
import "./auto-submit.js";
import "./combo-box.js";
import "./command-palette.js";
import "./confirm-button.js";
import "./copy-button.js";
import "./drop-menu.js";
import "./letter-count.js";
import "./live-search.js";
import "./modal-dialog.js";
import "./print-button.js";
import "./session-end.js";
import "./size-limit.js";
import "./toast-note.js";

document.documentElement.dataset.script = "on";
document.querySelector("[data-focus]")?.focus();
