// Every page of the desk: rows that keep up with the daemon, single keys, drafts that survive, notices read out.
import "htmx.org/dist/htmx.esm.js";
import "./told.js";
import "./drafts.js";
import "./keys.js";
import "./stream.js";
import "./queue.js";
