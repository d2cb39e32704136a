//! Plain tables that a phone can scroll sideways.

use leptos::prelude::*;

use crate::t;

/// How a column's cells are set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Words, from the left.
    #[default]
    Words,
    /// Numbers, to the right, digits beneath each other.
    Numbers,
}

impl Align {
    fn class(self) -> &'static str {
        match self {
            Self::Words => "words",
            Self::Numbers => "numbers",
        }
    }
}

/// A column's heading and setting.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its heading.
    pub label: Signal<String>,
    /// Its setting.
    pub align: Align,
}

impl Column {
    /// Makes a column; the label may be a closure that follows the locale.
    pub fn new<M>(label: impl IntoReactiveValue<Signal<String>, M>, align: Align) -> Self {
        Self {
            label: label.into_reactive_value(),
            align,
        }
    }
}

/// A row; the first cell names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableRow {
    /// One text for each column.
    pub cells: Vec<String>,
    /// Where the first cell leads.
    pub href: Option<String>,
}

/// A table with a heading row and a heading column.
#[component]
pub fn DataTable(
    /// What the table tells; read aloud, not shown.
    #[prop(into)]
    caption: Signal<String>,
    #[prop(into)] columns: Signal<Vec<Column>>,
    #[prop(into)] rows: Signal<Vec<TableRow>>,
) -> impl IntoView {
    let headings = move || {
        let show = |column: Column| {
            view! {
                <th scope="col" class=column.align.class()>
                    {column.label}
                </th>
            }
        };
        columns.get().into_iter().map(show).collect_view()
    };
    let body = move || {
        let aligns: Vec<Align> =
            columns.with(|columns| columns.iter().map(|column| column.align).collect());
        let show = |row: TableRow| show_row(row, &aligns);
        rows.get().into_iter().map(show).collect_view()
    };
    view! {
        <div class="table-scroll" role="group" tabindex="0" aria-label=move || caption.get()>
            <table class="table">
                <caption class="visually-hidden">{caption}</caption>
                <thead>
                    <tr>{headings}</tr>
                </thead>
                <tbody>{body}</tbody>
            </table>
        </div>
    }
}

/// What a picture shows as a table, once it is asked for.
#[component]
pub(super) fn AsTable(
    #[prop(into)] caption: Signal<String>,
    #[prop(into)] columns: Signal<Vec<Column>>,
    #[prop(into)] rows: Signal<Vec<TableRow>>,
) -> impl IntoView {
    let open = RwSignal::new(false);
    let toggle = move |event: leptos::ev::Event| {
        let details = event_target::<leptos::web_sys::HtmlDetailsElement>(&event);
        open.set(details.open());
    };
    view! {
        <details class="as-table" on:toggle=toggle>
            <summary class="as-table-summary">{move || t!(overview.as_table)}</summary>
            <Show when=move || open.get()>
                <DataTable caption columns rows />
            </Show>
        </details>
    }
}

fn show_row(row: TableRow, aligns: &[Align]) -> impl IntoView + use<> {
    let mut cells = row.cells.into_iter();
    let name = cells.next().unwrap_or_default();
    let name = match row.href {
        Some(href) => view! { <a class="table-link" href=href>{name}</a> }.into_any(),
        None => name.into_any(),
    };
    let rest: Vec<_> = cells
        .zip(
            aligns
                .iter()
                .skip(1)
                .copied()
                .chain(std::iter::repeat(Align::Words)),
        )
        .map(|(cell, align)| view! { <td class=align.class()>{cell}</td> })
        .collect();
    view! {
        <tr>
            <th scope="row">{name}</th>
            {rest}
        </tr>
    }
}
