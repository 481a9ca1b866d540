// Every page of the desk: rows that keep up with the daemon, single keys, notices read out.
// htmx stands before them (build.mjs).
import "./told.js";
import "./forget.js";
import "./keys.js";
import "./stream.js";
import "./folds.js";
import "./approvals.js";
