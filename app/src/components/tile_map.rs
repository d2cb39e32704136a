//! Places as equal tiles in about the order in which they lie, each with its number.

use leptos::prelude::*;

use super::scale::{Scale, ScaleLegend};
use crate::locale::format_number;

/// A place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapTile {
    /// What it is called.
    pub label: String,
    /// How many.
    pub value: u64,
    /// Where the tile leads.
    pub href: String,
    /// Column and row, from 1; the next free place when none.
    pub at: Option<(u32, u32)>,
}

/// A tile for each place, shaded by its number, which is written on it.
#[component]
pub fn TileMap(
    /// What is counted where.
    #[prop(into)]
    title: Signal<String>,
    #[prop(into)] tiles: Signal<Vec<MapTile>>,
) -> impl IntoView {
    let scale = Memo::new(move |_| {
        let most = tiles.with(|tiles| tiles.iter().map(|tile| tile.value).max());
        Scale::of(most.unwrap_or(0))
    });
    // Where one tile has its place they all have.
    let is_placed = move || tiles.with(|tiles| tiles.iter().any(|tile| tile.at.is_some()));
    let show = move |tile: MapTile| {
        let of = |pick: fn((u32, u32)) -> u32| {
            tile.at
                .map_or_else(|| "auto".to_owned(), |at| pick(at).to_string())
        };
        let (column, row) = (of(|(column, _)| column), of(|(_, row)| row));
        view! {
            <li class="map-place" style:grid-column=column style:grid-row=row>
                <a class=move || format!("map-tile {}", scale.get().class(tile.value)) href=tile.href>
                    <span class="map-name">{tile.label}</span>
                    <span class="map-number">
                        {format_number(i64::try_from(tile.value).unwrap_or(i64::MAX))}
                    </span>
                </a>
            </li>
        }
    };
    view! {
        <div class="tile-map">
            <ul class="map-tiles" class:placed=is_placed role="list" aria-label=move || title.get()>
                {move || tiles.get().into_iter().map(show).collect_view()}
            </ul>
            <ScaleLegend scale />
        </div>
    }
}
