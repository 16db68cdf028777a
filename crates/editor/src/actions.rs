//! Every action of the page with its shortcut: data for the command palette and the shortcut
//! sheet. Knows nothing of what performs them.
