//! Parts of a table of rows: implied rows, problems of cells, widths.

use hopscope_view::form::{Cell, Column};
use hopscope_view::text::{editing, ui_panels as words};
use yew::prelude::*;

use super::row_table::{Implied, Lit};
use crate::chrome::popup_menu::Entry;

/// What is wrong with a row: one sentence for each cell; the next follows when it is corrected.
pub fn row_problems(all: &[(String, String)], row: usize) -> Vec<(String, String)> {
    let row = row.to_string();
    let mut found: Vec<(String, String)> = Vec::new();
    for (path, sentence) in all {
        if path.split('/').next() == Some(row.as_str()) && !found.iter().any(|(other, _)| other == path) {
            found.push((path.clone(), sentence.clone()));
        }
    }
    found
}

/// Whether a problem is about that column.
pub fn concerns(path: &str, key: &str) -> bool {
    match path.split_once('/') {
        Some((_, rest)) => key.is_empty() || rest == key,
        None => true,
    }
}

/// A row that exists without being written.
pub fn implied_row(row: &Implied, shown: &[(usize, &Column)], all: usize, lit: Option<&Lit>) -> Html {
    let class =
        classes!("implied", lit.map(|_| "lit"), lit.is_some_and(|lit| lit.denied).then_some("lit-denied"),);
    html! {
        <tr {class} aria-current={lit.map(|_| "step")} title={words::ROW_IMPLIED}>
            { for shown.iter().filter(|(index, _)| *index < all).map(|(index, column)| html! {
                <td key={column.key} class={cell_class(column)}>
                    <span class="cell-fixed" title={row.cells.get(*index).cloned()}>{ row.cells.get(*index).cloned().unwrap_or_default() }</span>
                </td>
            }) }
            <td class="cell-action"><span class="visually-hidden">{ words::ROW_IMPLIED }</span></td>
        </tr>
    }
}

/// Class names of a column: its width follows from what it holds.
pub fn cell_class(column: &Column) -> Classes {
    let width = match (column.key, column.cell) {
        ("number", _) => "col-number",
        (_, Cell::Protocol) => "col-protocol",
        (_, Cell::Ports | Cell::Number) => "col-short",
        (_, Cell::Choice(_)) => "col-choice",
        (_, Cell::Flag) => "col-flag",
        _ => "col-wide",
    };
    classes!("cell", width)
}

/// What can be done with a row.
pub fn row_entries(position: usize, count: usize) -> Vec<Entry> {
    let mut out = vec![
        Entry::new("above", "plus", editing::ROW_ABOVE, ""),
        Entry::new("below", "plus", editing::ROW_BELOW, ""),
        Entry::new("repeat", "duplicate", editing::ROW_DUPLICATE, ""),
    ];
    if position > 0 {
        out.push(Entry::new("up", "chevron-up", editing::ROW_UP, "Alt ↑"));
    }
    if position + 1 < count {
        out.push(Entry::new("down", "chevron-down", editing::ROW_DOWN, "Alt ↓"));
    }
    out.push(Entry::new("delete", "trash", editing::ROW_DELETE, "").ruled());
    out
}

/// The cross of a delete button.
pub fn cross() -> Html {
    html! { <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true"><path class="mark-line" d="M3.5 3.5l9 9M12.5 3.5l-9 9" /></svg> }
}
