//! One table of one component, connected to the document: rows, what is implied, what decided.

use hopscope_aws::{FieldKind, Id};
use hopscope_forward::RouteOrigin;
use hopscope_view::form::{self, Cell, Column};
use hopscope_view::text::ui_panels as words;
use serde_json::Value;
use yew::prelude::*;

use super::hub::Hub;
use super::row_table::{Implied, RowTable, RowsEdit};
use super::rows;

/// Columns of lists of plain values.
static BLOCKS: [Column; 1] = [Column { key: "", label: "block", cell: Cell::Cidr }];
static TEXTS: [Column; 1] = [Column { key: "", label: "text", cell: Cell::Text }];
static ADDRESSES: [Column; 1] = [Column { key: "", label: "address", cell: Cell::Address }];

/// The table of one field of a component.
pub fn table_field(hub: &Hub, id: &Id, key: &'static str) -> Html {
    let document = hub.document();
    let Some(node) = document.node(id) else { return Html::default() };
    let form = hub.form(id);
    let Some(field) = form.iter().find(|field| field.key == key) else { return Html::default() };
    let columns = columns_of(field.kind, &field.columns);
    let implied = implied(hub, id, field.kind, &columns);
    let rows = rows::rows_of(&field.value);
    let choices =
        columns.iter().map(|column| form::suggestions(&document, node, column.cell)).collect::<Vec<_>>();
    let on_rows = {
        let (hub, id) = (hub.clone(), id.clone());
        Callback::from(move |edit: RowsEdit| hub.edit_rows(&id, key, edit))
    };
    let read_only = hub.read_only() || node.field("aws_managed") == Value::Bool(true);
    html! {
        <RowTable id={super::fields::field_id(id, key)} field={key}
                caption={field.label} help={field.help} {columns} {choices} {rows} problems={field.problems.clone()}
                {implied}
                lit={hub.lit(id, key)} {on_rows} {read_only} />
    }
}

/// The columns of a field that holds rows, or the one column of a list.
fn columns_of(kind: FieldKind, columns: &[Column]) -> Vec<Column> {
    match kind {
        _ if !columns.is_empty() => columns.to_vec(),
        FieldKind::AddressList => ADDRESSES.to_vec(),
        FieldKind::TextList => TEXTS.to_vec(),
        _ => BLOCKS.to_vec(),
    }
}

fn implied(hub: &Hub, node: &Id, kind: FieldKind, columns: &[Column]) -> Vec<Implied> {
    match kind {
        FieldKind::Routes => implied_routes(hub, node, columns),
        FieldKind::NetworkAclRules => {
            let cell = |column: &Column| match column.key {
                "number" => "*".to_owned(),
                "action" => "deny".to_owned(),
                "protocol" | "ports" => "all".to_owned(),
                _ => words::ACL_REST.to_owned(),
            };
            vec![Implied { cells: columns.iter().map(cell).collect(), first: false }]
        }
        _ => Vec::new(),
    }
}

/// Local routes of a table, as read-only rows.
pub fn implied_routes(hub: &Hub, table: &str, columns: &[Column]) -> Vec<Implied> {
    let local = hub.network().effective_routes(table).into_iter().filter(|route| route.index.is_none());
    local
        .map(|route| {
            let cell = |column: &Column| match column.key {
                "destination" => route.destination.to_string(),
                "target" => hub.label(&route.target),
                // What propagated it, or which list a managed route is for.
                "propagated" if route.origin != RouteOrigin::Local => {
                    hopscope_view::text::route_origin(route.origin).to_owned()
                }
                _ => String::new(),
            };
            Implied { cells: columns.iter().map(cell).collect(), first: true }
        })
        .collect()
}
