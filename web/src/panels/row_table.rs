//! A field that holds rows as a table one can type in, with the keys of a spreadsheet.

use hopscope_view::form::{Cell, Choice, Column};
use hopscope_view::text::{editing, ui_panels as words};
use serde_json::Value;
use web_sys::{ClipboardEvent, Element};
use yew::prelude::*;

use super::cell::{CellInput, Edit};
use super::focus::{focus, scroll_near};
use super::row_parts::{cell_class, concerns, cross, implied_row, row_entries, row_problems};
use super::rows;
use crate::chrome::popup_menu::PopupMenu;

/// A row that exists without being written: local routes, the last rule of an ACL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Implied {
    /// Cells, as many as there are columns.
    pub cells: Vec<String>,
    /// It stands before the written rows.
    pub first: bool,
}

/// The row that decided at the current step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lit {
    /// Its position as authored; none for an implied row.
    pub index: Option<usize>,
    /// The first cell of an implied row, to tell them apart.
    pub label: String,
    /// It refused the packet.
    pub denied: bool,
}

/// A change of the rows; positions are as authored.
#[derive(Clone, Debug, PartialEq)]
pub enum RowsEdit {
    /// A row at the end.
    Add,
    /// A row at that position.
    Insert(usize),
    /// A copy of that row after it.
    Repeat(usize),
    /// Another value in one cell.
    Set {
        /// The row.
        row: usize,
        /// The column's key.
        column: &'static str,
        /// What stands there now.
        value: Value,
        /// Still being typed.
        typing: bool,
    },
    /// A row to another position.
    Move {
        /// Where it stands.
        from: usize,
        /// Where it goes.
        to: usize,
    },
    /// A row away.
    Delete(usize),
    /// Several rows out of a text.
    Paste(String),
}

/// Properties of [`RowTable`].
#[derive(Properties, PartialEq)]
pub struct RowTableProps {
    /// Start of DOM ids.
    pub id: AttrValue,
    /// The field's name in the document.
    pub field: &'static str,
    /// Heading.
    pub caption: AttrValue,
    /// One line of help below the heading.
    #[prop_or_default]
    pub help: &'static str,
    /// Columns.
    pub columns: Vec<Column>,
    /// Choices of each column.
    pub choices: Vec<Vec<Choice>>,
    /// Rows as authored.
    pub rows: Vec<Value>,
    /// What is wrong: (`2/destination`, sentence).
    pub problems: Vec<(String, String)>,
    /// Rows that exist without being written.
    #[prop_or_default]
    pub implied: Vec<Implied>,
    /// The row that decided.
    #[prop_or_default]
    pub lit: Option<Lit>,
    /// The rows changed.
    pub on_rows: Callback<RowsEdit>,
    /// The owner decides what may be changed (AWS-managed lists).
    #[prop_or_default]
    pub read_only: bool,
}

/// Whether rows are tried in the order of their numbers.
fn numbered(columns: &[Column]) -> bool {
    columns.first().is_some_and(|column| column.key == "number")
}

/// Columns that are seldom filled and hidden until they are.
fn seldom(column: &Column, wide: bool) -> bool {
    matches!(column.key, "description" | "propagated" | "blackhole" | "med")
        || wide && matches!(column.key, "maintenance" | "options" | "source_ports" | "ipv6" | "public_ip")
}

/// The heading of a column: the peer of a rule is a source or a destination.
fn heading(field: &str, column: &Column) -> &'static str {
    match (column.key, field) {
        ("peer", "inbound") => words::SOURCE,
        ("peer", "outbound") => words::DESTINATION,
        _ => column.label,
    }
}

/// How a row is called: by its number in an ACL, else by its position.
fn row_name(row: &Value, position: usize, numbered: bool) -> String {
    if numbered { rows::cell_text(row, "number") } else { (position + 1).to_string() }
}

/// A table of rows.
#[component]
pub fn RowTable(props: &RowTableProps) -> Html {
    let current = use_state(|| None::<usize>);
    let wide = use_state(|| false);
    // The row whose menu is open, and where.
    let menu = use_state(|| None::<(usize, i32, i32)>);
    // A cell to be focused once the rows that hold it are drawn.
    let pending = use_mut_ref(|| None::<String>);
    {
        let pending = pending.clone();
        use_effect(move || {
            if let Some(id) = pending.borrow_mut().take() {
                focus(&id);
            }
        });
    }
    let body = use_node_ref();
    {
        let body = body.clone();
        use_effect_with(props.lit.clone(), move |lit| {
            let row = lit.as_ref().and(body.cast::<Element>());
            if let Some(row) = row.and_then(|body| body.query_selector("tr.lit").ok().flatten()) {
                scroll_near(&row);
            }
        });
    }

    let is_numbered = numbered(&props.columns);
    let order = rows::display_order(&props.rows, is_numbered);
    let noun = words::row_noun(props.field);
    let many = props.columns.len() > 3;
    let has_seldom = props.columns.iter().any(|column| seldom(column, many));
    let filled = |column: &Column| {
        props.rows.iter().any(|row| !matches!(rows::cell_text(row, column.key).as_str(), "" | "false"))
    };
    let shown: Vec<(usize, &Column)> = props
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| *wide || !seldom(column, many) || filled(column))
        .collect();
    let count = order.len();
    let cell_id = {
        let id = props.id.clone();
        move |position: usize, column: usize| format!("{id}-{position}-{column}")
    };

    let add = {
        let on_rows = props.on_rows.clone();
        let (pending, cell_id) = (pending.clone(), cell_id.clone());
        Callback::from(move |()| {
            *pending.borrow_mut() = Some(cell_id(count, 0));
            on_rows.emit(RowsEdit::Add);
        })
    };
    let shift = {
        let (on_rows, order) = (props.on_rows.clone(), order.clone());
        let (pending, current, cell_id) = (pending.clone(), current.clone(), cell_id.clone());
        Callback::from(move |(position, down, column): (usize, bool, Option<usize>)| {
            let goal = if down { position.checked_add(1) } else { position.checked_sub(1) };
            let to = goal.and_then(|goal| order.get(goal).copied());
            let (Some(goal), Some(&from), Some(to)) = (goal, order.get(position), to) else { return };
            current.set(Some(goal));
            if let Some(column) = column {
                *pending.borrow_mut() = Some(cell_id(goal, column));
            }
            on_rows.emit(RowsEdit::Move { from, to });
        })
    };
    let keys = |position: usize, column: usize| {
        let (add, shift, cell_id) = (add.clone(), shift.clone(), cell_id.clone());
        let (read_only, menu) = (props.read_only, menu.clone());
        Callback::from(move |event: KeyboardEvent| {
            if !read_only && (event.key() == "ContextMenu" || event.key() == "F10" && event.shift_key()) {
                event.prevent_default();
                event.stop_propagation();
                if let Some(cell) = super::cell::target::<Element>(&event) {
                    let rect = cell.get_bounding_client_rect();
                    #[allow(clippy::cast_possible_truncation, reason = "pixels of a screen")]
                    menu.set(Some((position, rect.left() as i32, rect.bottom() as i32)));
                }
                return;
            }
            let on_select = super::cell::target::<web_sys::HtmlSelectElement>(&event).is_some();
            let step: i32 = match event.key().as_str() {
                "Enter" if event.shift_key() => -1,
                "Enter" => 1,
                "ArrowDown" if event.alt_key() || !on_select => 1,
                "ArrowUp" if event.alt_key() || !on_select => -1,
                _ => return,
            };
            event.prevent_default();
            event.stop_propagation();
            if event.alt_key() {
                shift.emit((position, step > 0, Some(column)));
            } else if step > 0 && position + 1 == count {
                if event.key() == "Enter" && !read_only {
                    add.emit(());
                }
            } else if let Some(goal) = position.checked_add_signed(step as isize) {
                focus(&cell_id(goal, column));
            }
        })
    };
    let paste = {
        let (on_rows, columns, read_only) = (props.on_rows.clone(), props.columns.len(), props.read_only);
        Callback::from(move |event: Event| {
            let Ok(event) = wasm_bindgen::JsCast::dyn_into::<ClipboardEvent>(event) else { return };
            let text = event.clipboard_data().and_then(|data| data.get_data("text").ok()).unwrap_or_default();
            if !read_only && rows::is_table(&text, columns) {
                event.prevent_default();
                on_rows.emit(RowsEdit::Paste(text));
            }
        })
    };

    let ask_menu = |position: usize| {
        let (menu, read_only) = (menu.clone(), props.read_only);
        Callback::from(move |event: MouseEvent| {
            // In a field that is being typed in, the browser's own menu is worth more.
            let on = event.target().and_then(|on| wasm_bindgen::JsCast::dyn_into::<Element>(on).ok());
            let typing = on.as_ref().is_some_and(|on| crate::browser::focused().as_ref() == Some(on));
            if read_only || typing {
                return;
            }
            event.prevent_default();
            event.stop_propagation();
            menu.set(Some((position, event.client_x(), event.client_y())));
        })
    };
    let implied = |first: bool| {
        props.implied.iter().filter(move |row| row.first == first).map(|row| {
            let is_lit = props.lit.as_ref().is_some_and(|lit| {
                lit.index.is_none() && (lit.label.is_empty() || row.cells.first() == Some(&lit.label))
            });
            implied_row(row, &shown, props.columns.len(), props.lit.as_ref().filter(|_| is_lit))
        })
    };
    let written = order.iter().enumerate().filter_map(|(position, &index)| {
        let row = props.rows.get(index)?;
        let name = row_name(row, position, is_numbered);
        let lit = props.lit.as_ref().filter(|lit| lit.index == Some(index));
        let problems = row_problems(&props.problems, index);
        let problem_id = format!("{}-{position}-problem", props.id);
        let row_class = classes!(
            lit.is_some().then_some("lit"),
            lit.is_some_and(|lit| lit.denied).then_some("lit-denied"),
            (*current == Some(position)).then_some("current"),
        );
        let delete = {
            let on_rows = props.on_rows.clone();
            let (current, pending) = (current.clone(), pending.clone());
            let next_focus = match count {
                0 | 1 => format!("{}-add", props.id),
                _ => format!("{}-{}-delete", props.id, position.min(count - 2)),
            };
            move |_| {
                current.set(None);
                *pending.borrow_mut() = Some(next_focus.clone());
                on_rows.emit(RowsEdit::Delete(index));
            }
        };
        let onfocusin = {
            let current = current.clone();
            move |_: FocusEvent| current.set(Some(position))
        };
        Some(html! {
            <>
                <tr class={row_class} aria-current={lit.map(|_| "step")} {onfocusin} oncontextmenu={ask_menu(position)}>
                    { for shown.iter().map(|&(column_index, column)| {
                        let wrong = problems.iter().any(|(path, _)| concerns(path, column.key));
                        let describe = [wrong.then(|| problem_id.clone()), lit.map(|_| format!("{}-decided", props.id))];
                        let describe = describe.into_iter().flatten().collect::<Vec<_>>().join(" ");
                        let on_edit = {
                            let (on_rows, column) = (props.on_rows.clone(), *column);
                            Callback::from(move |edit: Edit| {
                                if let Some(value) = rows::cell_value(column.cell, &edit.text) {
                                    let (row, column, typing) = (index, column.key, edit.typing);
                                    on_rows.emit(RowsEdit::Set { row, column, value, typing });
                                }
                            })
                        };
                        html! {
                            <td key={column.key} class={cell_class(column)} onkeydown={keys(position, column_index)}
                                data-path={[props.field, &index.to_string(), column.key].join("/").trim_end_matches('/').to_owned()}>
                                <CellInput id={cell_id(position, column_index)} cell={column.cell}
                                    value={rows::cell_text(row, column.key)}
                                    label={words::cell_label(noun, &name, heading(props.field, column))}
                                    choices={props.choices.get(column_index).cloned().unwrap_or_default()}
                                    closed={matches!(column.cell, Cell::Target | Cell::Ref(_))}
                                    described_by={(!describe.is_empty()).then_some(AttrValue::from(describe))}
                                    invalid={wrong} late={column.key == "number"} {on_edit} />
                            </td>
                        }
                    }) }
                    <td key="delete" class="cell-action">
                        if !props.read_only {
                            <button type="button" class="icon-button" id={format!("{}-{position}-delete", props.id)}
                                aria-label={words::delete_row(noun, &name)} title={words::delete_row(noun, &name)} onclick={delete}>
                                { cross() }
                            </button>
                        }
                    </td>
                </tr>
                if !problems.is_empty() {
                    <tr class="row-problem">
                        <td colspan={(shown.len() + 1).to_string()} id={problem_id}>
                            { for problems.iter().map(|(_, sentence)| html! { <p>{ sentence }</p> }) }
                        </td>
                    </tr>
                }
            </>
        })
    });

    let row_menu = (*menu).and_then(|(position, x, y)| {
        let index = order.get(position).copied()?;
        let name = row_name(props.rows.get(index)?, position, is_numbered);
        let (on_rows, shift, pending, cell_id) =
            (props.on_rows.clone(), shift.clone(), pending.clone(), cell_id.clone());
        let onchoose = Callback::from(move |key: &'static str| {
            let go = |position: usize| *pending.borrow_mut() = Some(cell_id(position, 0));
            match key {
                "above" => {
                    go(position);
                    on_rows.emit(RowsEdit::Insert(index));
                }
                "below" => {
                    go(position + 1);
                    on_rows.emit(RowsEdit::Insert(index + 1));
                }
                "repeat" => {
                    go(position + 1);
                    on_rows.emit(RowsEdit::Repeat(index));
                }
                "up" => shift.emit((position, false, Some(0))),
                "down" => shift.emit((position, true, Some(0))),
                "delete" => {
                    go(position.saturating_sub(usize::from(position + 1 == count)));
                    on_rows.emit(RowsEdit::Delete(index));
                }
                _ => {}
            }
        });
        let onclose = {
            let menu = menu.clone();
            Callback::from(move |()| menu.set(None))
        };
        Some(html! {
            <PopupMenu key={format!("{x}/{y}")} label={editing::menu_of_row(&format!("{noun} {name}"))} at={(x, y)}
                entries={row_entries(position, count)} {onchoose} {onclose} />
        })
    });
    let can_shift =
        |down: bool| current.is_some_and(|at| if down { at + 1 < count } else { at > 0 && at < count });
    let shift_button = |label: &'static str, down: bool| {
        let (shift, at) = (shift.clone(), *current);
        html! {
            <button type="button" class="small-button" disabled={!can_shift(down)}
                onclick={move |_| if let Some(at) = at { shift.emit((at, down, None)) }}>{ label }</button>
        }
    };
    let headed = props.columns.iter().any(|column| !column.key.is_empty());
    let toggle = {
        let wide = wide.clone();
        move |_| wide.set(!*wide)
    };
    html! {
        <div class="row-table">
            <div class="row-table-scroll">
                <table id={props.id.clone()} class={(shown.len() > 4).then_some("dense")} aria-describedby={format!("{}-keys", props.id)} onpaste={paste}>
                    <caption>
                        { props.caption.clone() }
                        if !props.help.is_empty() {
                            <span class="field-help">{ props.help }</span>
                        }
                    </caption>
                    <thead class={(!headed).then_some("visually-hidden")}>
                        <tr>
                            { for shown.iter().map(|(_, column)| html! {
                                <th scope="col" key={column.key} class={cell_class(column)}>{ heading(props.field, column) }</th>
                            }) }
                            <th scope="col" class="cell-action"><span class="visually-hidden">{ words::ROW_ACTIONS }</span></th>
                        </tr>
                    </thead>
                    <tbody ref={body}>
                        { for implied(true) }
                        { for written }
                        { for implied(false) }
                        if order.is_empty() && props.implied.is_empty() {
                            <tr class="row-empty"><td colspan={(shown.len() + 1).to_string()}>{ words::NO_ROWS }</td></tr>
                        }
                    </tbody>
                </table>
            </div>
            { row_menu.unwrap_or_default() }
            <p class="visually-hidden" id={format!("{}-keys", props.id)}>{ words::TABLE_KEYS }</p>
            <p class="visually-hidden" id={format!("{}-decided", props.id)}>{ words::ROW_DECIDED }</p>
            if !props.read_only {
                <div class="row-tools">
                    <button type="button" class="small-button" id={format!("{}-add", props.id)}
                        onclick={move |_| add.emit(())}>{ words::add_row(props.field) }</button>
                    if count > 1 {
                        { shift_button(words::MOVE_UP, false) }
                        { shift_button(words::MOVE_DOWN, true) }
                    }
                    if has_seldom && count > 0 {
                        <button type="button" class="small-button quiet" aria-pressed={wide.to_string()} onclick={toggle}>
                            { if *wide { words::FEWER_COLUMNS } else { words::MORE_COLUMNS } }
                        </button>
                    }
                </div>
            }
        </div>
    }
}
